import { randomUUID } from 'node:crypto';

/** A refusal of the token endpoint. */
export class EntraFault extends Error {
  readonly number: number;
  readonly word: string;
  readonly status: 400 | 401;

  constructor(number: number, message: string, answer: { word: string; status: 400 | 401 }) {
    super(message);
    this.name = 'EntraFault';
    this.number = number;
    this.word = answer.word;
    this.status = answer.status;
  }
}

/** A refusal by its AADSTS number: the OAuth word and HTTP status that Entra gives with it. */
export function entraFault(number: number, message: string): EntraFault {
  const [word, status] = words[number] ?? ['invalid_request', 400];
  return new EntraFault(number, message, { word, status });
}

/** The error answer of the token endpoint (Microsoft Learn, "Microsoft Entra authentication and authorization error codes"). */
export function entraErrorBody(fault: EntraFault, now: Date): Record<string, unknown> {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error: fault.word,
    error_description: `AADSTS${fault.number}: ${fault.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [fault.number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${fault.number}`,
    ...(fault.number in subErrors ? { suberror: subErrors[fault.number] } : {}),
  };
}

const subErrors: Record<number, string> = {
  50173: 'bad_token',
  65001: 'consent_required',
};

const words: Record<number, [string, 400 | 401]> = {
  50013: ['invalid_client', 401],
  50034: ['invalid_grant', 400],
  50057: ['invalid_grant', 400],
  50058: ['login_required', 400],
  50173: ['invalid_grant', 400],
  54005: ['invalid_grant', 400],
  65001: ['invalid_grant', 400],
  65004: ['access_denied', 400],
  70000: ['invalid_grant', 400],
  70003: ['unsupported_grant_type', 400],
  70008: ['invalid_grant', 400],
  70011: ['invalid_scope', 400],
  90072: ['interaction_required', 400],
  90094: ['access_denied', 400],
  500011: ['invalid_resource', 400],
  500112: ['invalid_client', 401],
  501481: ['invalid_grant', 400],
  650053: ['invalid_client', 400],
  650057: ['invalid_resource', 400],
  700005: ['invalid_grant', 400],
  700016: ['unauthorized_client', 400],
  700021: ['invalid_client', 401],
  700023: ['invalid_client', 401],
  700024: ['invalid_client', 401],
  700027: ['invalid_client', 401],
  700054: ['unsupported_response_type', 400],
  700082: ['invalid_grant', 400],
  700211: ['invalid_client', 401],
  700212: ['invalid_client', 401],
  700213: ['invalid_client', 401],
  1002012: ['invalid_scope', 400],
  5002738: ['invalid_client', 401],
  7000112: ['unauthorized_client', 400],
  7000215: ['invalid_client', 401],
  7000218: ['invalid_client', 401],
  7000229: ['unauthorized_client', 400],
  7000222: ['invalid_client', 401],
  9002313: ['invalid_grant', 400],
};
