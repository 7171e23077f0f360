import { redact } from './redact.ts';

/** What a field may hold. Objects, errors, headers and bodies may not: whoever logs picks the members that matter. */
type LogField = string | number | boolean | null | readonly (string | number | boolean | null)[];
export type LogFields = Readonly<Record<string, LogField>>;
export type LogLevel = 'info' | 'warn' | 'error';

/** Sentences with fields. `error` means that a human must act; what heals itself is `warn`. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/**
 * Writes one line of JSON per call. Fields of other types than {@link LogField} are dropped, whatever the compiler was
 * told, and every text passes {@link redact} (security rule 27). Never throws because of what it was given.
 */
export function createLog(write: (line: string, level: LogLevel) => void): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      write(JSON.stringify({ level, message: written(message), ...allowed(fields) }), level);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

const MAX_TEXT = 2_000;
const MAX_ITEMS = 50;
/** A field cannot pretend to be the line's own members. */
const RESERVED = new Set(['level', 'message']);

function allowed(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name, value]) => !RESERVED.has(name) && isAllowed(value))
      .map(([name, value]) => [name, safe(value)]),
  );
}

function isAllowed(value: unknown): boolean {
  return isScalar(value) || (Array.isArray(value) && value.every(isScalar));
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function safe(value: unknown): unknown {
  if (typeof value === 'string') return written(value);
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS).map(safe) : value;
}

function written(text: string): string {
  // Redacted before it is cut: half a secret is still one, and would no longer look like it.
  const clean = redact(text);
  return clean.length <= MAX_TEXT ? clean : `${clean.slice(0, MAX_TEXT)}…`;
}
