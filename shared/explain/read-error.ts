import { isKnownCode } from './find-rule.ts';
import { flattened, repaired } from './plain-text.ts';
import { readJson, type JsonMembers } from './read-json.ts';

/** An error text taken apart; nothing is decided yet. */
export interface ReadError {
  /** The whole text as one line, for patterns. */
  flat: string;
  /** What to look rules up by, the most telling first: AADSTS numbers, service codes, OAuth words. */
  codes: string[];
  aadstsNumbers: string[];
  serviceCodes: string[];
  httpStatus: number | null;
  /** Whole seconds, rounded up: "Retry-After: 2.128" means 3. */
  retryAfterSeconds: number | null;
  /** The sentence that the service wrote, without trace ids; null where it cannot be told from the rest. */
  message: string | null;
  /** An answer with a token or a secret instead of an error. */
  holdsSecret: boolean;
}

/**
 * Takes apart a pasted error in the order of design §5: JSON, else the `error` word, else AADSTS numbers, else the HTTP
 * status. It collects all of them, because a copied body often survives in parts only. Never throws.
 */
export function readError(text: string): ReadError {
  const members = readJson(repaired(text));
  const flat = flattened(text);
  const aadstsNumbers = unique([...(members?.numbers ?? []), ...numbersIn(flat)]);
  const serviceCodes = serviceCodesOf(members, flat);
  return {
    flat,
    codes: unique([...aadstsNumbers, ...serviceCodes, ...(members?.words ?? []), ...wordsIn(flat)]),
    aadstsNumbers,
    serviceCodes,
    httpStatus: statusIn(flat) ?? members?.httpStatus ?? null,
    retryAfterSeconds: retryAfterIn(flat),
    message: messageOf(members, flat),
    holdsSecret: members?.holdsSecret ?? false,
  };
}

const OAUTH_WORDS =
  /\b(?:invalid_(?:client|grant|request|scope|tenant|resource|target)|interaction_required|login_required|consent_required|unauthorized_client|unsupported_grant_type|unsupported_response_type|access_denied|temporarily_unavailable|server_error|slow_down)\b/g;
/** Also the words that only RFC 6749's grammar allows for, in an `error` member that JSON could not give us. */
const ERROR_MEMBER = /["']?\berror["']?\s*[:=]\s*["']?([a-z]{2,20}(?:_[a-z]{2,20}){1,3})\b/g;

function numbersIn(flat: string): string[] {
  return [
    ...captures(flat, /AADSTS(\d{4,8})\b/gi),
    ...captures(flat, /["']?error_codes["']?\s*[:=]\s*\[([\d, ]{1,80})\]/g).flatMap((list) =>
      list.split(',').map((number) => number.trim()),
    ),
    ...captures(flat, /\/error\?code=(\d{4,8})\b/g),
  ].filter((number) => number !== '');
}

function wordsIn(flat: string): string[] {
  return [...captures(flat, ERROR_MEMBER), ...(flat.match(OAUTH_WORDS) ?? [])];
}

function serviceCodesOf(members: JsonMembers | null, flat: string): string[] {
  const codes = [...(members?.serviceCodes ?? [])];
  // {"message":"Unauthorized"}: the message is all there is, so it is the code.
  const [only] = members?.messages ?? [];
  if (codes.length === 0 && members?.words.length === 0 && only !== undefined)
    codes.push(only.trim());
  const named = captures(flat, /\bcode["']?\s*[:=]\s*["']?([A-Za-z]\w{3,60})/gi);
  // Bare words only where no other text uses them: `ForbiddenByRbac` is a code, `Unauthorized` may be anything.
  const bare = (flat.match(/\b[A-Z]\w{8,60}/g) ?? []).filter(isTellingWord);
  return unique([...codes, ...named, ...bare]);
}

function isTellingWord(word: string): boolean {
  return /[a-z_][A-Z]/.test(word) && isKnownCode(word);
}

function statusIn(flat: string): number | null {
  const [status] = [
    ...captures(flat, /\bHTTP\/\d(?:\.\d)?\s+([45]\d\d)\b/gi),
    ...captures(
      flat,
      /\b(?:http|status)(?:[ _-]?(?:status|code|error))*["']?\s*[:= ]\s*["'(]?([45]\d\d)\b/gi,
    ),
    ...captures(
      flat,
      /\b([45]\d\d)\)?:? (?:Bad Request|Unauthorized|Forbidden|Not Found|Request Timeout|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/gi,
    ),
  ];
  return status === undefined ? null : Number(status);
}

function retryAfterIn(flat: string): number | null {
  const [seconds] = captures(flat, /\bretry-?after["']?\s*[:=]\s*["']?(\d{1,6}(?:\.\d{1,9})?)\b/gi);
  return seconds === undefined ? null : Math.max(1, Math.ceil(Number(seconds)));
}

/** Up to where trace ids begin; the sentence of a log line is only taken when an AADSTS number marks its start. */
function messageOf(members: JsonMembers | null, flat: string): string | null {
  const [described] = members?.messages ?? [];
  const [marked] = captures(flat, /(AADSTS\d{4,8}: [^"]{1,600})/g);
  const whole = described === undefined ? marked : flattened(described);
  const [sentence = ''] = (whole ?? '').split(
    /\s*(?:Trace ID:|Correlation ?Id:|Timestamp:|["}{])/i,
    1,
  );
  return sentence.trim() === '' ? null : sentence.trim();
}

function captures(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), (match) => match[1] ?? '');
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)];
}
