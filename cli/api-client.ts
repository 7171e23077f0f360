import type { z, ZodType } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { AppError, type ErrorCode } from '../shared/errors.ts';
import { redact } from '../shared/redact.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { problemOf } from './api-problem.ts';

/** One call to the routes of an installation. */
interface ApiRequest<T> {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query; starts with a slash. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** The version that may be replaced or removed; for PUT and DELETE. */
  ifMatch?: string;
  /** Nothing may be there yet; for PUT. */
  ifNoneMatch?: '*';
  /** What the answer must hold. Say no more than is needed: a newer installation may answer more. */
  answer: ZodType<T>;
}

/** An installation of Keyturn, as a command calls it. */
export interface ApiClient {
  /** Where it is, for people. */
  url: string;
  /** Throws AppError with what to do, for a refusal, a failure and an answer that is not Keyturn's. */
  call<T>(request: ApiRequest<T>): Promise<T>;
  /** The same with the version of what was read, from the header ETag. */
  callForVersion<T>(request: ApiRequest<T>): Promise<{ value: T; etag: string | null }>;
}

/**
 * The installation that KEYTURN_URL and KEYTURN_KEY name. Throws UsageError when one of them is missing or wrong. The
 * key goes out in one header, to that address alone, and is never written anywhere (security rule 2).
 */
export function apiClient({ env, fetch }: Pick<Io, 'env' | 'fetch'>): ApiClient {
  const origin = originOf(env['KEYTURN_URL']);
  const key = keyOf(env['KEYTURN_KEY']);
  const callForVersion: ApiClient['callForVersion'] = async (request) => {
    const response = await answered(fetch, { origin, key, request });
    const text = await response.text();
    if (!response.ok) throw refusal(response.status, text);
    return { value: parsed(request.answer, text, origin), etag: response.headers.get('etag') };
  };
  return {
    url: origin,
    call: async (request) => (await callForVersion(request)).value,
    callForVersion,
  };
}

const TIMEOUT_MS = 60_000;
const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);

function originOf(text: string | undefined): string {
  const given = text?.trim() ?? '';
  if (given === '') {
    throw new UsageError(
      'set KEYTURN_URL to the address of your installation, such as https://keyturn-contoso.azurewebsites.net (in bash: export KEYTURN_URL=…).',
    );
  }
  const url = URL.canParse(given) ? new URL(given) : null;
  const isSafe = url?.protocol === 'https:' || isLocal(url);
  // A path would be a mistake, and what stands before an @ a secret in the wrong place.
  if (url !== null && isSafe && url.href === `${url.origin}/`) return url.origin;
  throw new UsageError(
    'KEYTURN_URL takes the https address of an installation without a path, such as https://keyturn-contoso.azurewebsites.net (http only on this machine).',
  );
}

function isLocal(url: URL | null): boolean {
  return url?.protocol === 'http:' && THIS_MACHINE.has(url.hostname);
}

function keyOf(text: string | undefined): string {
  const key = text?.trim() ?? '';
  if (key === '') {
    throw new UsageError(
      'set KEYTURN_KEY to an admin or reader key of the installation. An administrator makes one with POST /api/keys.',
    );
  }
  if (/^kt_[\w-]+$/.test(key)) return key;
  throw new UsageError('KEYTURN_KEY does not hold a Keyturn key: one starts with kt_.');
}

interface Outgoing {
  origin: string;
  key: string;
  request: ApiRequest<unknown>;
}

async function answered(
  fetch: Io['fetch'],
  { origin, key, request: { method = 'GET', path, body, ifMatch, ifNoneMatch } }: Outgoing,
): Promise<Response> {
  try {
    return await fetch(`${origin}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        // Not Authorization: App Service Authentication in front of it may take a foreign bearer for its own.
        'x-keyturn-key': key,
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The key is for this address and no other.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new AppError(
      'service_unreachable',
      `${origin} does not answer. Check KEYTURN_URL, and that the installation is running.`,
      { cause },
    );
  }
}

function refusal(status: number, text: string): AppError {
  const { detail, faults, correlationId } = problemOf(text);
  const said = detail ?? (status === 404 ? NO_ROUTE : `It answered with HTTP ${String(status)}.`);
  const named = faults.map(({ name, fault, fix }) => ` ${name}: ${fault} ${fix}`).join('');
  const under = correlationId === null ? '' : ` (correlation id ${correlationId})`;
  return new AppError(
    CODES[status] ?? 'service_unreachable',
    displayText(redact(`${said}${named}${HINTS[status] ?? ''}${under}`), 900),
  );
}

const NO_ROUTE =
  'This address knows nothing of that. Check KEYTURN_URL; an installation of an older version may not have it yet.';

const CODES: Partial<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  412: 'precondition_failed',
  428: 'precondition_required',
  429: 'throttled',
};

const HINTS: Partial<Record<number, string>> = {
  401: ' Check KEYTURN_KEY: it may have ended or been revoked.',
  403: ' KEYTURN_KEY is a reader key; this needs an admin key.',
};

function parsed<T>(answer: ZodType<T>, text: string, origin: string): T {
  const result: z.ZodSafeParseResult<T> = answer.safeParse(jsonOf(text));
  if (result.success) return result.data;
  throw new AppError(
    'service_unreachable',
    `${origin} answered with something that this version of the command line does not understand. Check KEYTURN_URL, or get the version of the installation.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}
