/** The channels; what a ledger row, a notifier and a setting call them. */
export const MAIL = 'mail';
export const TEAMS = 'teams';
export const WEBHOOK = 'webhook';
/** Stands for the address of the Teams channel, which is a secret. */
export const THE_TEAMS_CHANNEL = 'the Teams channel';

/** What people read of the webhook's address. */
export const THE_WEBHOOK = 'the webhook';

/** The night of what no night has planned. */
export const NO_NIGHT = '';

/** How far alerts go (setting KEYTURN_ALERTS). */
export type AlertMode = 'preview' | 'operations' | 'live';

/** One message over all tenants, for those on the fallback and escalation lists. */
export const ALL_TENANTS = '*';
/** What operations would see go out, while nothing goes to anybody else. */
export const PREVIEW = 'preview';
/** Everything that would go out, sent to operations instead. */
export const OPERATIONS = 'operations';
/** The same for a tenant whose owners are not told yet, while alerts are live for the others. */
export const QUIET = 'quiet';
/** What operations must know whatever the mode: a warning that could not be delivered. */
export const NOTICES = 'notices';
/** What operations must know about Keyturn itself, whatever the mode (report-item.ts). */
export const REPORTS = 'reports';

/**
 * Whether a message of this scope may leave while this mode is set. What was planned for an owner before somebody went
 * back to `preview` stays planned.
 */
export function mayLeave(mode: AlertMode, scope: string): boolean {
  if (scope === NOTICES || scope === REPORTS) return true;
  if (scope === QUIET) return mode !== 'preview';
  if (scope === PREVIEW) return mode === 'preview';
  if (scope === OPERATIONS) return mode === 'operations';
  return mode === 'live';
}
