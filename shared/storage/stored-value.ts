import type { ZodType } from 'zod';
import { AppError } from '../errors.ts';

/** A record as it is checked when read. Throws `internal_error` when it is not what this version writes. */
export function parseStored<T>(table: string, json: string, schema: ZodType<T>): T {
  const parsed = schema.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || '(whole)').join(', ');
  throw new AppError(
    'internal_error',
    `A record in table ${table} is not what this version of Keyturn writes (${where}).`,
  );
}
