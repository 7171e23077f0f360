import { explainText } from '../explain/explain-text.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { ConnectionStatus } from '../explain/rule.ts';

/** What a token endpoint answered instead of a token. */
export interface TokenEndpointAnswer {
  /** Null when nothing came back in time. */
  httpStatus: number | null;
  /** As text, whatever it is: JSON, HTML, nothing. */
  body: string;
  /** The header Retry-After as it came. */
  retryAfter: string | null;
}

/** Why there is no token, in Keyturn's words; holds nothing of the request and no secret (redact.ts has seen it). */
export interface TokenError {
  /** Where it puts the connection (design §5, the table of statuses). */
  status: ConnectionStatus;
  /** `AADSTS7000222`, `invalid_grant`, `HTTP 502`; null where the answer names nothing. */
  code: string | null;
  /** For people: what is wrong. */
  title: string;
  /** For people: the first thing to do. */
  nextAction: string;
  /** True when the client's own proof was refused, so the next secret is worth a try. */
  refusedClient: boolean;
  /** True for a secret that Entra does not know (yet): a new one takes up to minutes to work everywhere. */
  mayBePropagating: boolean;
  /** Seconds to wait, where the answer says so. */
  retryAfterSeconds: number | null;
  /** AADSTS70043: how long a sign-in may live by policy, in seconds. */
  signInFrequencySeconds: number | null;
}

/**
 * Reads the answer of a token endpoint in the order of design §5: JSON, else the `error` word, else AADSTS numbers, else
 * the HTTP status. An `error` member decides under any HTTP status. Never throws. RFC 6749 §5.2; Microsoft Learn,
 * "Microsoft Entra authentication and authorization error codes".
 */
export function readTokenError(answer: TokenEndpointAnswer): TokenError {
  const explained = explanationOf(answer.body);
  if (explained === null) return withoutWord(answer);
  const { code, title, steps, status: said } = explained;
  return {
    status: said,
    code,
    title,
    nextAction: NEXT[code ?? ''] ?? steps[0] ?? 'Look at the sign-in log of the application.',
    refusedClient: said === 'appCredentialBroken',
    mayBePropagating: code === 'AADSTS7000215',
    retryAfterSeconds: said === 'degraded' ? secondsOf(answer.retryAfter) : null,
    signInFrequencySeconds: code === 'AADSTS70043' ? capIn(answer.body) : null,
  };
}

const NEW_SECRET =
  'Create a new client secret for the application and enter its Value (not the Secret ID) in this connection. Nobody has to sign in again.';
/** What to do with a connection of Keyturn's; the steps of the explanation are for whoever holds the secret elsewhere. */
const NEXT: Record<string, string> = {
  AADSTS7000222: NEW_SECRET,
  AADSTS7000215: NEW_SECRET,
};

type Decided = Explanation & { status: ConnectionStatus };

function explanationOf(body: string): Decided | null {
  const explained = body.trim() === '' ? null : explainText(body);
  if (explained?.isRecognised !== true) return null;
  const { status } = explained.explanation;
  return status === null ? null : { ...explained.explanation, status };
}

/** RFC 6749, appendix A.12: what could not go into a header is no token. */
const ACCESS_TOKEN = /^[\x20-\x7e]+$/;

/** Whether a body of any HTTP status is an answer without a token: Entra has been seen to send errors under 200. */
export function isTokenError(httpStatus: number, body: string): boolean {
  if (httpStatus < 200 || httpStatus > 299) return true;
  const members = parsed(body);
  if (members === null || 'error' in members) return true;
  const token = members['access_token'];
  return typeof token !== 'string' || !ACCESS_TOKEN.test(token);
}

/** No word that we know: nothing came, or HTML, or an error of something in between. It passes by itself, or it says so. */
function withoutWord({ httpStatus, retryAfter }: TokenEndpointAnswer): TokenError {
  return {
    status: 'degraded',
    code: httpStatus === null ? null : `HTTP ${httpStatus}`,
    title:
      httpStatus === null
        ? 'The sign-in service did not answer in time'
        : `The sign-in service answered HTTP ${httpStatus} without saying why`,
    nextAction: 'Wait: Keyturn tries again by itself. Nothing has to be replaced because of this.',
    refusedClient: false,
    mayBePropagating: false,
    retryAfterSeconds: secondsOf(retryAfter),
    signInFrequencySeconds: null,
  };
}

const MAX_RETRY_AFTER_SECONDS = 3600;

/** RFC 9110 §10.2.3 knows whole seconds and dates; services also send decimals. A date needs a clock: left out here. */
function secondsOf(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter?.trim() ?? 'none');
  if (!Number.isFinite(seconds) || seconds < 0) return null;
  return Math.min(Math.max(Math.ceil(seconds), 1), MAX_RETRY_AFTER_SECONDS);
}

/** "… the maximum allowed lifetime for this request is 3600." */
function capIn(body: string): number | null {
  const [, seconds] = /lifetime for this request is (\d{1,9})/i.exec(body) ?? [];
  return seconds === undefined ? null : Number(seconds);
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
