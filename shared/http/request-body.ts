import type { HttpRequest } from '@azure/functions';
import type { z, ZodType } from 'zod';
import { AppError } from '../errors.ts';

/** Security rule 32. */
export const MAX_BODY_BYTES = 65_536;

/** Refuses a body that says it is too long before anybody reads it. Throws AppError `body_too_large`. */
export function guardBodyLength(headers: Pick<Headers, 'get'>): void {
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
}

/**
 * The JSON body, checked. An empty body counts as `{}`. Throws AppError `body_too_large`, or `bad_request` with a
 * pointer for each member that is wrong; neither quotes what was sent, which may be a secret in the wrong place.
 */
export async function readBody<T>(request: HttpRequest, schema: ZodType<T>): Promise<T> {
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > MAX_BODY_BYTES) throw tooLarge();
  return parseBody(schema, jsonOf(bytes.toString('utf8')));
}

/** A body that is at hand already, checked in the same way. */
export function parseBody<T>(schema: ZodType<T>, value: unknown): T {
  return parsed(schema, value, 'body');
}

/** The query, checked in the same way. A parameter that is given twice arrives as "1,2" and is judged like that. */
export function readQuery<T>(request: HttpRequest, schema: ZodType<T>): T {
  return parsed(schema, Object.fromEntries(request.query), 'query');
}

function parsed<T>(schema: ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('bad_request', `The ${what} is not what this route takes; see "errors".`, {
    errors: result.error.issues.map(problemPointer),
  });
}

function problemPointer(issue: z.core.$ZodIssue): { pointer: string; detail: string } {
  const pointer = issue.path.map((part) => `/${escaped(String(part))}`).join('');
  return { pointer, detail: detailOf(issue) };
}

/** A slip in a name is worth showing; what looks like no name may be a secret that came before its colon. */
function detailOf(issue: z.core.$ZodIssue): string {
  const isShown = issue.code !== 'unrecognized_keys' || issue.keys.every((key) => NAME.test(key));
  return isShown ? issue.message : 'It has a member that does not exist.';
}

const NAME = /^[a-z]\w{0,39}$/i;

/** RFC 6901 §3. */
function escaped(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function jsonOf(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new AppError('bad_request', 'The body is not JSON.');
  }
}

function tooLarge(): AppError {
  return new AppError('body_too_large', 'A body may have 64 KiB.');
}
