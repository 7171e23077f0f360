import { parseArgs } from 'node:util';
import { displayText } from '../shared/display-text.ts';
import { readIsoInstant } from '../shared/credentials/instant.ts';
import { UsageError } from './command.ts';
import { nearest } from './nearest.ts';

const SCAN_FORMATS = ['table', 'json', 'csv', 'markdown', 'html', 'ics'] as const;
export type ScanFormat = (typeof SCAN_FORMATS)[number];

/** What `keyturn scan` was asked to do; days may have fractions. */
export interface ScanOptions {
  /** Files and folders; empty: read Microsoft Graph. */
  from: string[];
  tenantId: string | null;
  asOf: Date;
  withinDays: number;
  all: boolean;
  /** Federated credentials too, at the cost of a look-up per application. */
  federated: boolean;
  format: ScanFormat;
  /** Null: never exit with 1. */
  failWithinDays: number | null;
  /** Null: whatever ended counts, however long ago. */
  expiredGraceDays: number | null;
}

/** Reads the options of `keyturn scan`. Throws UsageError with what is wrong and what was probably meant. */
export function readScanOptions(args: string[], now: Date): ScanOptions {
  const values = parse(args);
  return {
    from: values.from ?? [],
    tenantId: tenantOf(values.tenant),
    asOf: values['as-of'] === undefined ? now : instantOf(values['as-of']),
    withinDays: daysOf('within', values.within) ?? DEFAULT_WITHIN_DAYS,
    all: values.all ?? false,
    federated: values.federated ?? false,
    format: formatOf(values.format ?? 'table'),
    failWithinDays: daysOf('fail-within', values['fail-within']),
    expiredGraceDays: daysOf('expired-grace', values['expired-grace']),
  };
}

const DEFAULT_WITHIN_DAYS = 60;
/** A thousand years: more would leave what a Date can hold. */
const MAX_DAYS = 365_250;

const OPTIONS = {
  from: { type: 'string', multiple: true },
  tenant: { type: 'string' },
  'as-of': { type: 'string' },
  within: { type: 'string' },
  all: { type: 'boolean' },
  federated: { type: 'boolean' },
  format: { type: 'string' },
  'fail-within': { type: 'string' },
  'expired-grace': { type: 'string' },
} as const;

function parse(args: string[]) {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [first] = positionals;
    if (first === undefined) return values;
    // A shell turns `--from *.json` into one value and the rest of the names.
    if (values.from !== undefined) return { ...values, from: [...values.from, ...positionals] };
    throw new UsageError(`to read a file, say: keyturn scan --from ${displayText(first, 200)}`);
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(explained(error));
  }
}

function explained(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const option = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (option === undefined) return `${message.split(/\.? To specify|\n/)[0] ?? message}.`;
  const meant = nearest(option.replace(/^-+/, ''), Object.keys(OPTIONS));
  return `there is no option ${displayText(option)}.${meant === null ? '' : ` Did you mean --${meant}?`}`;
}

function formatOf(text: string): ScanFormat {
  const format = SCAN_FORMATS.find((name) => name === text);
  if (format !== undefined) return format;
  const meant = nearest(text, SCAN_FORMATS);
  const hint = meant === null ? '' : ` Did you mean ${meant}?`;
  throw new UsageError(
    `--format takes ${SCAN_FORMATS.join(', ')}, not "${displayText(text)}".${hint}`,
  );
}

function daysOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const days = /^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (days <= MAX_DAYS) return days;
  throw new UsageError(
    `--${option} takes a number of days from 0 to ${String(MAX_DAYS)}, not "${displayText(text)}".`,
  );
}

/** An instant needs its zone: which one "14:00" means is nothing to guess. A date alone is 00:00Z. */
function instantOf(text: string): Date {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isZoned = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text);
  const instant = isDate || isZoned ? readIsoInstant(text) : null;
  if (instant !== null) return instant;
  throw new UsageError(
    `--as-of takes a date (2027-01-31) or an instant with its zone (2027-01-31T14:00:00Z), not "${displayText(text)}".`,
  );
}

/** A tenant is an id or one of its domain names; `common` and its like are none (security rule 20). */
function tenantOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const isGuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
  const isDomain = /^(?=.{4,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63}$/i.test(text);
  if (isGuid || isDomain) return text;
  throw new UsageError(
    `--tenant takes a tenant id (a GUID) or a domain such as contoso.onmicrosoft.com, not "${displayText(text)}".`,
  );
}
