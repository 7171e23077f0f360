import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Row } from '../storage/table.ts';

/** What a store needs for conditional writes over HTTP. */
export interface Records<T> {
  get(id: string): Promise<Row<T> | null>;
  /** False when the id is taken. */
  create(value: T): Promise<boolean>;
  /** False when somebody else wrote or removed it since. */
  replace(current: Row<T>, value: T): Promise<boolean>;
}

export interface Put {
  status: 200 | 201;
  etag: string;
}

/**
 * Creates or replaces a record as the request's headers allow (design §5): a record that is there is replaced only with
 * its `If-Match`; creation takes `If-None-Match: *` or neither. Throws AppError `precondition_required` or
 * `precondition_failed`.
 */
export async function putRecord<T extends { id: string }>(
  records: Records<T>,
  value: T,
  headers: Pick<Headers, 'get'>,
): Promise<Put> {
  const current = await records.get(value.id);
  checkPut(current === null ? null : etagOf(current.value), headers);
  const isStored =
    current === null ? await records.create(value) : await records.replace(current, value);
  if (!isStored) throw changed();
  return { status: current === null ? 201 : 200, etag: etagOf(value) };
}

/**
 * Whether the headers allow to write over this version, or to create where there is none (null). Throws AppError
 * `precondition_required` or `precondition_failed`.
 */
export function checkPut(etag: string | null, headers: Pick<Headers, 'get'>): void {
  if (etag === null) checkCreation(headers);
  else checkReplacement(headers, etag);
}

/** For DELETE: the version is compared where the request names one. Throws AppError `precondition_failed`. */
export function checkIfMatch(headers: Pick<Headers, 'get'>, etag: string): void {
  const wanted = headers.get('if-match');
  if (wanted !== null && !names(wanted, etag)) throw changed();
}

/** A strong entity tag (RFC 9110 §8.8.3): the digest of what a record says, in whatever order it says it. */
export function etagOf(value: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(value, sorted)).digest('base64url');
  return `"${digest.slice(0, 22)}"`;
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function checkCreation(headers: Pick<Headers, 'get'>): void {
  // RFC 9110 §13.1.1: If-Match is false where there is nothing, "*" included.
  if (headers.get('if-match') === null) return;
  throw new AppError(
    'precondition_failed',
    'There is nothing of this id (any more). To create it, leave If-Match out.',
  );
}

function checkReplacement(headers: Pick<Headers, 'get'>, etag: string): void {
  const none = headers.get('if-none-match');
  if (none !== null && names(none, etag)) {
    throw new AppError('precondition_failed', 'A record of this id exists already.');
  }
  if (headers.get('if-match') === null) {
    throw new AppError(
      'precondition_required',
      'A record of this id exists. Read it, and send its etag in If-Match to replace it.',
    );
  }
  checkIfMatch(headers, etag);
}

function names(list: string, etag: string): boolean {
  return list.split(',').some((one) => ['*', etag].includes(one.trim()));
}

function changed(): AppError {
  return new AppError(
    'precondition_failed',
    'It was changed in the meantime. Read it again and decide anew.',
  );
}
