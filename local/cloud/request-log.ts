import { createHash } from 'node:crypto';
import type { EmulatedService } from './hosts.ts';

/** What a caller sent to an emulated host, as `GET /_control/requests` shows it (design §9). */
interface LoggedRequest {
  at: string;
  method: string;
  /** The real address, `https://…`, whatever way it came in. */
  url: string;
  headers: Record<string, string>;
  /** Parsed where it is JSON, else text; null without one. */
  body: unknown;
}

export interface RequestLog {
  /** `bodySize` in characters, of the body as it came in. */
  record(request: LoggedRequest, bodySize: number): void;
  /** In the order of arrival; all hosts when none is named. */
  list(host?: string): LoggedRequest[];
  clear(): number;
}

/** Keeps every request, and the newest bodies: a long bench must not fill the memory. */
export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let withBody: { entry: LoggedRequest; size: number }[] = [];
  let bodyBytes = 0;
  return {
    record(entry, size) {
      entries.push(entry);
      if (entries.length > MAX_ENTRIES) entries = entries.slice(-MAX_ENTRIES / 2);
      if (entry.body === null) return;
      withBody.push({ entry, size });
      bodyBytes += size;
      if (bodyBytes < MAX_TOTAL_CHARACTERS) return;
      for (const old of withBody.splice(0, withBody.length / 2)) {
        old.entry.body = '(dropped: the log keeps the newest bodies)';
        bodyBytes -= old.size;
      }
    },
    list: (host) =>
      host === undefined
        ? [...entries]
        : entries.filter((entry) => new URL(entry.url).hostname === host.toLowerCase()),
    clear() {
      const count = entries.length;
      entries = [];
      withBody = [];
      bodyBytes = 0;
      return count;
    },
  };
}

/** A log entry's headers: credentials shortened, so that the log can be shown to anyone. */
export function loggedHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([name, value]) =>
      name === 'authorization' ? [name, shortened(value)] : [name, value],
    ),
  );
}

/** A log entry's body: JSON as JSON, long ones cut, and what would open something masked. */
export function loggedBody(text: string, service: EmulatedService): unknown {
  if (text === '') return null;
  if (text.length > MAX_BODY_CHARACTERS) {
    return `${text.slice(0, MAX_BODY_CHARACTERS)}… (${text.length} characters)`;
  }
  if (service === 'entra') return maskedForm(text);
  const parsed = parseJson(text);
  if (parsed === undefined) return text;
  const isVault = service === 'keyVault';
  return isVault && typeof parsed === 'object' && parsed !== null && 'value' in parsed
    ? { ...parsed, value: '(masked)' }
    : parsed;
}

/** A form of the token endpoint, readable but for the proofs and grants in it, told apart by a part of their hash. */
function maskedForm(text: string): string {
  return text.replace(
    /(?<=(?:^|&)(?:client_secret|client_assertion|code|code_verifier|refresh_token|password)=)[^&]+/g,
    hashed,
  );
}

function hashed(value: string): string {
  const hash = createHash('sha256').update(value).digest('hex');
  return `(masked:${hash.slice(0, 8)})`;
}

const MAX_ENTRIES = 200_000;
const MAX_BODY_CHARACTERS = 256 * 1024;
const MAX_TOTAL_CHARACTERS = 64 * 1024 * 1024;

function shortened(value: string): string {
  const [scheme = '', credential = ''] = value.split(' ', 2);
  return `${scheme} ${credential.slice(0, 4)}… (${credential.length} characters)`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
