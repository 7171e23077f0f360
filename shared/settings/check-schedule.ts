/** When every tenant is checked, unless the operator said otherwise: 02:00 UTC. */
export const DEFAULT_CHECK_SCHEDULE = '0 0 2 * * *';

/**
 * Whether the Functions host would take this NCRONTAB expression: six fields from seconds to weekday, or five without
 * the seconds (Microsoft Learn: "Timer trigger for Azure Functions", NCRONTAB expressions). The host drops the whole
 * function when it would not, so it is asked before.
 */
export function isCheckSchedule(text: string): boolean {
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  return (
    fields.length === FIELDS.length && FIELDS.every((field, i) => isField(fields[i] ?? '', field))
  );
}

interface Field {
  min: number;
  max: number;
  names: readonly string[];
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');
const FIELDS: readonly Field[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: WEEKDAYS },
];

function isField(text: string, field: Field): boolean {
  return text.split(',').every((part) => {
    const { range, step = '1' } =
      /^(?<range>[^/]+)(?:\/(?<step>[1-9]\d?))?$/.exec(part)?.groups ?? {};
    return range !== undefined && Number(step) <= field.max && isRange(range, field);
  });
}

function isRange(text: string, field: Field): boolean {
  if (text === '*') return true;
  const bounds = text.split('-').map((bound) => valueOf(bound, field));
  const [from, to = from] = bounds;
  return bounds.length <= 2 && isWithin(from, field) && isWithin(to, field) && from <= to;
}

function isWithin(value: number | undefined, { min, max }: Field): value is number {
  return value !== undefined && value >= min && value <= max;
}

function valueOf(text: string, { min, names }: Field): number {
  const index = names.indexOf(text.toLowerCase());
  if (index >= 0) return index + min;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}
