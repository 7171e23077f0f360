import { brokerFaults, brokerSettings, type BrokerSettings } from './settings/broker-settings.ts';
import { channelFaults, channelsOf, type ChannelSettings } from './settings/channel-settings.ts';
import { DEFAULT_CHECK_SCHEDULE, isCheckSchedule } from './settings/check-schedule.ts';
import { clouds, type Cloud } from './clouds.ts';
import type { Thresholds } from './expiry/thresholds.ts';
import { redirectingFaults, timeZoneFaults } from './settings/redirecting-environment.ts';
import { flatSettings, type FlatSettings } from './settings/setting-list.ts';
import { settingTexts } from './settings/setting-texts.ts';
import { watchedVaultsOf } from './settings/watched-vaults.ts';

/** Where state lives: a connection string (local), or service addresses with a managed identity (Azure). */
export type StorageSettings =
  | { kind: 'connectionString'; connectionString: string }
  | {
      kind: 'identity';
      blobUrl: string;
      queueUrl: string;
      tableUrl: string;
      clientId: string | null;
    };

export type AlertMode = 'preview' | 'operations' | 'live';

/** The settings as the product uses them: checked, complete, with defaults. Addresses of services have no final slash. */
export interface Settings extends ChannelSettings {
  publicUrl: string;
  cloud: Cloud;
  homeTenantId: string;
  /** Tenants to watch: GUIDs in lower case, each once. */
  tenantIds: string[];
  /** Addresses of the key vaults to watch, each once. They belong to the home tenant. */
  watchedVaults: string[];
  storage: StorageSettings;
  /** Null: the system-assigned identity. */
  monitorClientId: string | null;
  /** The application for many tenants that trusts the monitor's identity; null where there is none. */
  tenantsClientId: string | null;
  /** Null: this installation watches, and holds no connections. */
  broker: BrokerSettings | null;
  /** The two ways in (security rule 1); at least one is open. */
  access: { audience: string | null; keys: boolean };
  checks: {
    schedule: string;
    /** Names that a job of the operator's own replaces; `*` for anything. */
    selfRenewingNames: string[];
    /** Whether sign-in activity is read as proof that a replacement is in use. */
    signInActivity: boolean;
  };
  /** IANA name, for words only. */
  timeZone: string;
  alerts: {
    mode: AlertMode;
    thresholds: Thresholds;
    fallback: string[];
    escalation: string[];
    operations: string[];
    /** Null: the tenant's verified domains, where they can be read. */
    recipientDomains: string[] | null;
  };
  /** Whether operations hear of nights that found nothing. */
  allClear: boolean;
  /** Hosts that may be called although their address is private. */
  allowedHosts: string[];
  /** For each caller and connection, in each process. */
  tokensPerMinute: number;
}

/** One setting that keeps the service from starting. Never holds the value, which may be a secret. */
export interface SettingFault {
  name: string;
  fault: string;
  fix: string;
}

export type SettingsResult =
  { ok: true; settings: Settings } | { ok: false; faults: SettingFault[] };

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads every setting and reports all faults at once, each with what to do. Empty values count as absent. */
export function readSettings(env: Environment = process.env): SettingsResult {
  const given = withoutEmpty(env);
  const parsed = flatSettings.safeParse(given);
  const faults = [
    ...(parsed.success ? [] : faultsOf(parsed.error.issues)),
    ...storageFaults(given),
    ...accessFaults(given),
    ...channelFaults(given).map(([name, fault]) => faultOf(name, fault)),
    ...brokerFaults(given).map(([name, fault]) => faultOf(name, fault)),
    ...(parsed.success ? vaultFaults(parsed.data) : []),
    ...timeZoneFaults(given),
    ...redirectingFaults(given, (given['KEYTURN_ACCEPTED_ENVIRONMENT'] ?? '').split(/[\s,]+/)),
  ];
  if (!parsed.success || faults.length > 0) return { ok: false, faults: oncePerName(faults) };
  return { ok: true, settings: nested(parsed.data) };
}

/**
 * The schedule that a function registers with. Never throws and always answers one that the host can read: a missing
 * `%SETTING%`, or one that is wrong, would keep the host from indexing it. A wrong one is a fault in health.
 */
export function scheduleAtLoad(env: Environment = process.env): string {
  const schedule = env['KEYTURN_CHECK_SCHEDULE']?.trim() ?? '';
  return isCheckSchedule(schedule) ? schedule : DEFAULT_CHECK_SCHEDULE;
}

/** The table of settings in the README, as Markdown. */
export function settingsTable(): string {
  const rows = Object.entries(settingTexts).map(
    ([name, { fallback, help }]) => `| \`${name}\` | ${fallback} | ${help} |`,
  );
  return ['| Setting | Default | What it does |', '|---|---|---|', ...rows, ''].join('\n');
}

function withoutEmpty(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const text = value?.trim() ?? '';
      return text === '' ? [] : [[name, text]];
    }),
  );
}

function faultsOf(
  issues: readonly { code?: string; path: PropertyKey[]; message: string }[],
): SettingFault[] {
  return issues.map(({ path, message, code }) => {
    const name = String(path[0]);
    const isMissing = code === 'invalid_type';
    return faultOf(name, isMissing ? 'It is required and not set.' : message);
  });
}

function faultOf(name: string, fault: string): SettingFault {
  const text = Object.entries(settingTexts).find(([known]) => known === name)?.[1];
  return { name, fault, fix: text?.fix ?? '' };
}

function storageFaults(given: Record<string, string>): SettingFault[] {
  const uris = ['blob', 'queue', 'table'].map((kind) => `KEYTURN_STORAGE__${kind}ServiceUri`);
  const absent = uris.filter((name) => given[name] === undefined);
  const connectionString = given['KEYTURN_STORAGE'];
  if (connectionString !== undefined) {
    if (absent.length < uris.length)
      return [
        faultOf('KEYTURN_STORAGE', 'A connection string and service addresses are both set.'),
      ];
    return isPlainHttpElsewhere(connectionString)
      ? [faultOf('KEYTURN_STORAGE', 'It speaks plain http to another machine.')]
      : [];
  }
  if (absent.length === uris.length)
    return [faultOf('KEYTURN_STORAGE', 'Nothing says where state is kept.')];
  return absent.map((name) => faultOf(name, 'It is required beside the other service addresses.'));
}

const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Plain http is for Azurite on this machine: anywhere else, keys and records would cross a network in the clear. */
function isPlainHttpElsewhere(connectionString: string): boolean {
  const parts = new Map(
    connectionString.split(';').map((part): [string, string] => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim().toLowerCase()];
    }),
  );
  const isHere = (address: string) =>
    URL.canParse(address) && THIS_MACHINE.has(new URL(address).hostname);
  const addresses = [...parts.values()].filter((value) => value.startsWith('http:'));
  // An endpoint that is not written out is made of the protocol and Azure's own host name.
  const hasAllEndpoints = ['blob', 'queue', 'table'].every((kind) => parts.has(`${kind}endpoint`));
  return (
    !addresses.every(isHere) ||
    (parts.get('defaultendpointsprotocol') === 'http' && !hasAllEndpoints)
  );
}

function accessFaults(given: Record<string, string>): SettingFault[] {
  // Security rule 1: fail closed. Without a way in nobody could use the service, and a guess would let somebody in.
  if (given['KEYTURN_API_AUDIENCE'] !== undefined || given['KEYTURN_KEYS'] === 'on') return [];
  return [faultOf('KEYTURN_API_AUDIENCE', 'No way in is set up: neither Entra tokens nor keys.')];
}

function vaultFaults(flat: FlatSettings): SettingFault[] {
  const { KEYTURN_WATCHED_VAULTS: entries, KEYTURN_CLOUD: cloud } = flat;
  if (watchedVaultsOf(entries, clouds[cloud]) !== null) return [];
  return [
    faultOf('KEYTURN_WATCHED_VAULTS', 'It holds something that is no key vault of this cloud.'),
  ];
}

function oncePerName(faults: SettingFault[]): SettingFault[] {
  return [...new Map([...faults].reverse().map((fault) => [fault.name, fault])).values()].reverse();
}

function nested(flat: FlatSettings): Settings {
  const homeTenantId = flat.KEYTURN_HOME_TENANT;
  return {
    publicUrl: flat.KEYTURN_PUBLIC_URL,
    cloud: clouds[flat.KEYTURN_CLOUD],
    homeTenantId,
    tenantIds: [...new Set(flat.KEYTURN_TENANTS.map((id) => (id === 'home' ? homeTenantId : id)))],
    watchedVaults: watchedVaultsOf(flat.KEYTURN_WATCHED_VAULTS, clouds[flat.KEYTURN_CLOUD]) ?? [],
    storage: storageOf(flat),
    monitorClientId: flat.KEYTURN_MONITOR_CLIENT_ID ?? null,
    tenantsClientId: flat.KEYTURN_TENANTS_CLIENT_ID ?? null,
    broker: brokerSettings(flat),
    access: { audience: flat.KEYTURN_API_AUDIENCE ?? null, keys: flat.KEYTURN_KEYS === 'on' },
    checks: {
      schedule: flat.KEYTURN_CHECK_SCHEDULE,
      signInActivity: flat.KEYTURN_SIGN_IN_ACTIVITY === 'on',
      selfRenewingNames: flat.KEYTURN_SELF_RENEWING_NAMES,
    },
    timeZone: flat.KEYTURN_TIME_ZONE,
    alerts: {
      mode: flat.KEYTURN_ALERTS,
      thresholds: flat.KEYTURN_THRESHOLD_DAYS,
      fallback: flat.KEYTURN_FALLBACK_RECIPIENTS,
      escalation: flat.KEYTURN_ESCALATION_RECIPIENTS,
      operations: flat.KEYTURN_OPERATIONS_RECIPIENTS,
      recipientDomains: flat.KEYTURN_RECIPIENT_DOMAINS ?? null,
    },
    ...channelsOf(flat),
    allClear: flat.KEYTURN_ALL_CLEAR === 'on',
    allowedHosts: flat.KEYTURN_ALLOWED_HOSTS,
    tokensPerMinute: flat.KEYTURN_TOKENS_PER_MINUTE,
  };
}

function storageOf(flat: FlatSettings): StorageSettings {
  const { KEYTURN_STORAGE: connectionString } = flat;
  if (connectionString !== undefined) return { kind: 'connectionString', connectionString };
  return {
    kind: 'identity',
    blobUrl: flat.KEYTURN_STORAGE__blobServiceUri ?? '',
    queueUrl: flat.KEYTURN_STORAGE__queueServiceUri ?? '',
    tableUrl: flat.KEYTURN_STORAGE__tableServiceUri ?? '',
    clientId: flat.KEYTURN_STORAGE__clientId ?? null,
  };
}
