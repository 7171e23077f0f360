import { AppError } from '../errors.ts';

/** Table Storage allows 1 KiB per key, in UTF-16. Microsoft Learn: "Understanding the Table service data model". */
const MAX_KEY_CHARACTERS = 512;
const FORBIDDEN = /[/\\#?\p{Cc}]/u;

/** Refuses a key that Table Storage would refuse, so that the memory twin is as strict as the service. */
export function checkKey(key: string): string {
  if (FORBIDDEN.test(key) || key.length > MAX_KEY_CHARACTERS) {
    throw new AppError('internal_error', 'A table key holds a forbidden character: hash it first.');
  }
  return key;
}
