import type { HttpRequest } from '@azure/functions';
import { AppError } from '../errors.ts';
import { MAX_BODY_BYTES } from './request-body.ts';

/** What a caller of the token route sent, whichever way. */
export interface TokenRequest {
  /** A Keyturn key or an Entra access token; null when nothing was sent. */
  credential: string | null;
  /** True where it can be a Keyturn key only: it came as a password. */
  isKeyOnly: boolean;
  minTtlSeconds: number;
}

/** A refusal in the words of RFC 6749 §5.2. */
export class TokenRequestError extends Error {
  readonly error: 'invalid_request' | 'unsupported_grant_type';

  constructor(error: TokenRequestError['error'], message: string) {
    super(message);
    this.name = 'TokenRequestError';
    this.error = error;
  }
}

const DEFAULT_MIN_TTL_SECONDS = 300;
/** Security rule 19. Entra's tokens live 60 to 90 minutes. */
const MAX_MIN_TTL_SECONDS = 3_000;
const GRANT_TYPES = new Set(['client_credentials', 'password']);

/**
 * Reads a request for a token: `GET` with a header, or `POST` as any OAuth 2.0 client sends it (RFC 6749 §2.3.1, §4.3.2,
 * §4.4.2): form or JSON, the key as `client_secret` or `password`, in the body or as Basic. Which client or user it names
 * does not matter, nor does a scope: the connection has its own. Throws {@link TokenRequestError}.
 */
export async function readTokenRequest(request: HttpRequest): Promise<TokenRequest> {
  const sent = headerCredential(request.headers);
  if (request.method !== 'POST') {
    return {
      credential: sent,
      isKeyOnly: false,
      minTtlSeconds: minTtlOf(request.query.get('minTtl')),
    };
  }
  const fields = await fieldsOf(request);
  const grantType = fields.get('grant_type') ?? 'client_credentials';
  if (!GRANT_TYPES.has(grantType))
    throw new TokenRequestError(
      'unsupported_grant_type',
      'Use grant_type client_credentials, or password where a client knows nothing else.',
    );
  return {
    credential: sent ?? passwordOf(request, fields),
    isKeyOnly: sent === null,
    minTtlSeconds: minTtlOf(fields.get('min_ttl') ?? request.query.get('minTtl')),
  };
}

function passwordOf(request: HttpRequest, fields: Map<string, string>): string | null {
  const basic = basicPassword(request.headers);
  const secret = fields.get('client_secret');
  // RFC 6749 §2.3. Some clients send the same in both places, which leaves no doubt.
  if (basic !== null && secret !== undefined && secret !== basic)
    throw new TokenRequestError(
      'invalid_request',
      'Basic and the body name different secrets: send one of them.',
    );
  return basic ?? secret ?? fields.get('password') ?? null;
}

function headerCredential(headers: Pick<Headers, 'get'>): string | null {
  const key = headers.get('x-keyturn-key');
  if (key !== null) return key;
  return (
    /^Bearer +(?<token>\S+) *$/i.exec(headers.get('authorization') ?? '')?.groups?.['token'] ?? null
  );
}

/** RFC 6749 §2.3.1 form-encodes both halves; many clients do not, and a key has nothing that decoding would change. */
function basicPassword(headers: Pick<Headers, 'get'>): string | null {
  const encoded = /^Basic +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (encoded === undefined) return null;
  const [, ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const text = password.join(':');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function fieldsOf(request: HttpRequest): Promise<Map<string, string>> {
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > MAX_BODY_BYTES)
    throw new AppError('body_too_large', 'A body may have 64 KiB.');
  const text = bytes.toString('utf8');
  const type =
    (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (text.trim() === '') return new Map();
  // Some clients name no type, or a wrong one.
  return type.endsWith('json') || text.trimStart().startsWith('{')
    ? jsonFields(text)
    : formFields(text);
}

function formFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    // RFC 6749 §3.2.
    if (fields.has(name))
      throw new TokenRequestError(
        'invalid_request',
        `The parameter ${shown(name)} is given twice.`,
      );
    fields.set(name, value);
  }
  return fields;
}

function jsonFields(text: string): Map<string, string> {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TokenRequestError('invalid_request', 'The body is neither a form nor a JSON object.');
  return new Map(Object.entries(value).flatMap(jsonField));
}

/** Members that we read hold a text or a number; others are the client's own business. */
const READ = new Set(['client_secret', 'grant_type', 'min_ttl', 'password']);

function jsonField([name, value]: [string, unknown]): [string, string][] {
  if (typeof value === 'string' || typeof value === 'number') return [[name, String(value)]];
  if (value !== null && READ.has(name))
    throw new TokenRequestError('invalid_request', `${name} is neither a text nor a number.`);
  return [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A name may be a secret in the wrong place: only what looks like a name is repeated. */
function shown(name: string): string {
  return /^[a-z_]{1,40}$/.test(name) ? name : 'whose name is not repeated here';
}

function minTtlOf(text: string | null | undefined): number {
  if (text === null || text === undefined || text === '') return DEFAULT_MIN_TTL_SECONDS;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= MAX_MIN_TTL_SECONDS) return seconds;
  throw new TokenRequestError(
    'invalid_request',
    `min_ttl (minTtl in a query) is a number of seconds from 0 to ${MAX_MIN_TTL_SECONDS}.`,
  );
}
