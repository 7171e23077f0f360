import { DAY_MS, statusOf, windowDaysOf, type Validity } from './status.ts';

/** Days before the end at which someone is told, unless the operator set other ones. */
export const DEFAULT_THRESHOLD_DAYS: readonly number[] = [60, 30, 14, 7, 3, 1, 0];

/** After the end: once a week for four weeks, then the report only. */
const WEEKS_AFTER_END = 4;
const WEEK_DAYS = 7;
/**
 * A "90 days" secret lives a few seconds less or an hour more: portals round the start, and daylight saving moves the
 * end. Its window is then 29.99 days, which must not cost it the warning at 30. An hour of window, three of lifetime.
 */
const WINDOW_TOLERANCE_DAYS = 1 / 24;

/**
 * The smallest threshold that the time left has crossed: 60 … 0 before the end, −7 … −28 after it. Null when nothing
 * is due: outside the credential's window, five weeks past the end, or without a date. A threshold above the window is
 * skipped. Because a stage holds until the next one, a missed night loses nothing and a late start finds one, not seven.
 */
export function stageOf(
  validity: Validity,
  now: Date,
  thresholdDays: readonly number[] = DEFAULT_THRESHOLD_DAYS,
): number | null {
  if (statusOf(validity, now) === 'unknownExpiry' || validity.expiresAt === null) return null;
  const leftDays = (validity.expiresAt.getTime() - now.getTime()) / DAY_MS;
  if (leftDays <= -WEEK_DAYS) return weeklyStage(leftDays);
  const windowDays = windowDaysOf(validity);
  if (leftDays > windowDays) return null;
  const crossed = thresholdDays.filter(
    (days) => days <= windowDays + WINDOW_TOLERANCE_DAYS && leftDays <= days,
  );
  return crossed.length === 0 ? null : Math.min(...crossed);
}

function weeklyStage(leftDays: number): number | null {
  const weeks = Math.floor(-leftDays / WEEK_DAYS);
  return weeks <= WEEKS_AFTER_END ? -weeks * WEEK_DAYS : null;
}
