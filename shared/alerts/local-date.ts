/** A calendar day as ISO 8601 writes it ("2027-01-31"); days compare as texts. */
export type LocalDate = string;

/** The calendar day that it is at an instant in an IANA time zone. */
export function localDate(at: Date, timeZone: string): LocalDate {
  return formatOf(timeZone).format(at);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than everything else that is done with it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const options = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  // Swedish writes dates as ISO 8601 does.
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', options);
  formats.set(timeZone, format);
  return format;
}

/** The day so many days later. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** "Mon 3 Feb 2027" */
export function dateWords(date: LocalDate): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
    .format(new Date(`${date}T00:00:00Z`))
    .replace(',', '');
}
