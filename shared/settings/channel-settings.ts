import type { TeamsSettings } from './channel-values.ts';
import type { SmtpSettings } from './smtp-settings.ts';
import type { FlatSettings } from './setting-list.ts';

/** The ways to people that are set up. */
export interface ChannelSettings {
  mail:
    | { transport: 'graph'; from: string }
    | { transport: 'smtp'; from: string; smtp: SmtpSettings }
    | { transport: 'none' };
  /** Null where the channel is not set up. */
  teams: TeamsSettings | null;
  /** The address may hold a secret; the secrets sign. */
  webhook: { url: string; secrets: string[] } | null;
}

export function channelsOf(flat: FlatSettings): ChannelSettings {
  const { KEYTURN_WEBHOOK_URL: url, KEYTURN_WEBHOOK_SECRETS: secrets } = flat;
  return {
    mail: mailOf(flat),
    teams: flat.KEYTURN_TEAMS_WEBHOOK_URL ?? null,
    webhook: url === undefined || secrets === undefined ? null : { url, secrets },
  };
}

type Given = Readonly<Record<string, string>>;
type Fault = readonly [name: string, fault: string];

/** What is wrong with the channels' settings together, each with the name of the setting to correct. */
export function channelFaults(given: Given): Fault[] {
  return [...mailFaults(given), ...webhookFaults(given)];
}

function mailFaults(given: Given): Fault[] {
  const { KEYTURN_MAIL_FROM: from, KEYTURN_MAIL_TRANSPORT: transport } = given;
  if (transport !== undefined && transport !== 'none' && from === undefined)
    return [['KEYTURN_MAIL_FROM', 'Mail needs a mailbox to send from.']];
  const mode = given['KEYTURN_ALERTS'] ?? 'preview';
  return mode === 'preview' ? [] : silenceFaults(given, mode);
}

/** Whoever turns alerts on means that somebody is told. */
function silenceFaults(given: Given, mode: string): Fault[] {
  const hasMail = (given['KEYTURN_MAIL_FROM'] ?? given['KEYTURN_MAIL_TRANSPORT']) !== undefined;
  if (!hasMail && !(mode === 'live' && hasOther(given)))
    return [['KEYTURN_MAIL_FROM', `Alerts are ${mode}, and there is no way to send them.`]];
  if (mode === 'operations' && given['KEYTURN_OPERATIONS_RECIPIENTS'] === undefined)
    return [['KEYTURN_OPERATIONS_RECIPIENTS', 'Alerts go to operations, which is nobody.']];
  return [];
}

/** Teams and the webhook are told in live mode only. */
function hasOther(given: Given): boolean {
  return (given['KEYTURN_TEAMS_WEBHOOK_URL'] ?? given['KEYTURN_WEBHOOK_URL']) !== undefined;
}

function webhookFaults(given: Given): Fault[] {
  const { KEYTURN_WEBHOOK_URL: url, KEYTURN_WEBHOOK_SECRETS: secrets } = given;
  if (url !== undefined && secrets === undefined)
    return [['KEYTURN_WEBHOOK_SECRETS', 'The webhook has no secret to sign its events with.']];
  if (secrets !== undefined && url === undefined)
    return [['KEYTURN_WEBHOOK_URL', 'There are webhook secrets, and no address to send to.']];
  return [];
}

function mailOf(flat: FlatSettings): ChannelSettings['mail'] {
  const { KEYTURN_MAIL_FROM: from, KEYTURN_MAIL_TRANSPORT: transport = 'graph' } = flat;
  if (from === undefined || transport === 'none') return { transport: 'none' };
  return transport === 'graph' ? { transport, from } : { transport: 'smtp', from, smtp: transport };
}
