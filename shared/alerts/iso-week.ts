import { addDays, type LocalDate } from './local-date.ts';

/** The ISO 8601 week that a calendar day is in, "2026-W48": weeks begin on Monday and belong to the year of their Thursday. */
export function isoWeekOf(date: LocalDate): string {
  const thursday = addDays(date, 3 - daysSinceMonday(date));
  const year = thursday.slice(0, 4);
  const week = 1 + Math.floor(daysBetween(`${year}-01-01`, thursday) / 7);
  return `${year}-W${String(week).padStart(2, '0')}`;
}

const DAY_MS = 86_400_000;

function daysSinceMonday(date: LocalDate): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}
