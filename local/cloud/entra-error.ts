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
  };
}

const words: Record<number, [string, 400 | 401]> = {
  70003: ['unsupported_grant_type', 400],
  90002: ['invalid_request', 400],
  90014: ['invalid_request', 400],
  500011: ['invalid_resource', 400],
  700016: ['unauthorized_client', 400],
  1002012: ['invalid_scope', 400],
  7000215: ['invalid_client', 401],
  7000218: ['invalid_client', 401],
  7000222: ['invalid_client', 401],
};
