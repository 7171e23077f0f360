/** The members of an error body that matter, wherever in it they stand. */
export interface JsonMembers {
  /** Words of `error` and `suberror`. */
  words: string[];
  /** `error.code`, `innererror.code` and the like. */
  serviceCodes: string[];
  /** Numbers of `error_codes`. */
  numbers: string[];
  /** `error_description`, `message`. */
  messages: string[];
  httpStatus: number | null;
  /** `access_token` or `secretText`: this is an answer with a secret, not an error. */
  holdsSecret: boolean;
}

/** Deep enough for Graph's innerError and for a body that a log holds as a string. */
const MAX_DEPTH = 6;

/**
 * Reads an error body from a text that is JSON, or holds one object (an HTTP head before it, a log line around it).
 * Null when there is none that can be read. Never throws.
 */
export function readJson(text: string): JsonMembers | null {
  const value = objectIn(text);
  if (value === null) return null;
  const members: JsonMembers = {
    words: [],
    serviceCodes: [],
    numbers: [],
    messages: [],
    httpStatus: null,
    holdsSecret: false,
  };
  collect(value, members, 0);
  return members;
}

function objectIn(text: string): object | null {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start === -1 || end < start) return null;
  return parsed(text.trim()) ?? parsed(text.slice(start, end + 1));
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function collect(value: object, members: JsonMembers, depth: number): void {
  if (depth > MAX_DEPTH) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'object' && member !== null && !Array.isArray(member)) {
      collect(member as object, members, depth + 1);
      continue;
    }
    const take = TAKES.get(name.toLowerCase().replaceAll(/[_-]/g, ''));
    if (take !== undefined) take(members, member);
    else collectNested(member, members, depth);
  }
}

/** Arrays of errors, and bodies that a log holds as a string. */
function collectNested(member: unknown, members: JsonMembers, depth: number): void {
  const nested = typeof member === 'string' && member.includes('{') ? parsed(member) : member;
  if (typeof nested === 'object' && nested !== null) collect(nested, members, depth + 1);
}

const takeWord = (members: JsonMembers, value: unknown) => {
  if (typeof value === 'string') members.words.push(value.trim());
};
const takeMessage = (members: JsonMembers, value: unknown) => {
  if (typeof value !== 'string') return;
  members.messages.push(value);
  collectNested(value, members, MAX_DEPTH - 1);
};
const takeCode = (members: JsonMembers, value: unknown) => {
  if (typeof value === 'string' || typeof value === 'number')
    members.serviceCodes.push(String(value).trim());
};
const takeNumbers = (members: JsonMembers, value: unknown) => {
  for (const number of Array.isArray(value) ? (value as unknown[]) : [value])
    if (/^\d{1,8}$/.test(String(number).trim())) members.numbers.push(String(number).trim());
};
const takeStatus = (members: JsonMembers, value: unknown) => {
  const status = Number(value);
  if (Number.isInteger(status) && status >= 400 && status < 600) members.httpStatus ??= status;
};
const takeSecret = (members: JsonMembers, value: unknown) => {
  if (typeof value === 'string' && value !== '') members.holdsSecret = true;
};

/** By member name without case and separators: Entra, MSAL, Graph and Azure spell them differently. */
const TAKES = new Map<string, (members: JsonMembers, value: unknown) => void>(
  Object.entries({
    error: takeWord,
    suberror: takeWord,
    code: takeCode,
    errorcodes: takeNumbers,
    errordescription: takeMessage,
    errormessage: takeMessage,
    message: takeMessage,
    status: takeStatus,
    statuscode: takeStatus,
    httpstatus: takeStatus,
    accesstoken: takeSecret,
    secrettext: takeSecret,
  }),
);
