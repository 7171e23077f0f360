import type { AlertMode, Settings } from '../settings.ts';
import { well, type SelfCheck } from './self-check.ts';

/** What settings that are right one by one still leave open. */
export function settingChecks({
  alerts,
  mode,
  access,
}: Pick<Settings, 'access' | 'alerts'> & { mode: AlertMode }): SelfCheck[] {
  const found: SelfCheck[] = [];
  const warn = (what: string, why: string, fix: string) =>
    found.push({ name: 'settings', status: 'warning', what, why, fix });
  if (alerts.fallback.length === 0) {
    warn(
      'No fallback recipients are set.',
      'What ends in an application without an owner is told to nobody.',
      'Set KEYTURN_FALLBACK_RECIPIENTS to a shared mailbox that somebody reads.',
    );
  }
  if (alerts.operations.length === 0) {
    warn(
      'No operations recipients are set.',
      'Nobody hears when Keyturn cannot read the directory or cannot send.',
      'Set KEYTURN_OPERATIONS_RECIPIENTS to those who run this installation.',
    );
  }
  if (access.audience === null) {
    warn(
      'Only keys open the API; Entra tokens do not.',
      'Keys are secrets: they end, and can be copied.',
      'Let the Entra administrator run keyturn setup --apply --role entra, then set KEYTURN_API_AUDIENCE to the application id that it prints.',
    );
  }
  if (mode !== 'live') {
    warn(
      `Alerts are ${mode}.`,
      mode === 'preview' ? 'Nobody is warned.' : 'Every mail goes to operations instead.',
      'Look at keyturn preview-alerts, then run keyturn alerts live.',
    );
  }
  return found.length === 0 ? [well('settings', 'Every setting is right.')] : found;
}
