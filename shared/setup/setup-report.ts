import type { AlertModeStore } from '../alerts/alert-mode.ts';
import { callbackUri } from '../broker/begin-authorization.ts';
import type { Clock } from '../clock.ts';
import type { HealthReport } from '../http/health.ts';
import { mapLimited } from '../map-limited.ts';
import type { Settings } from '../settings.ts';
import {
  permissions,
  permissionsOf,
  type Permission,
  type PermissionId,
} from './permission-list.ts';
import type { Held, PermissionProbe } from './permission-probe.ts';
import { channelChecks, nightCheck, timerChecks } from './proof-of-life-checks.ts';
import type { SelfCheck } from './self-check.ts';
import { settingChecks } from './setting-checks.ts';
import { surplusChecks, type Surplus } from './surplus-checks.ts';
import { clockCheck, storageChecks, vaultCheck, type StorageLook } from './surrounding-checks.ts';
import type { TimerBeats } from './timer-beats.ts';

/** A permission as it stands, for `GET /api/setup`. */
interface PermissionState extends Permission {
  /** Null where it cannot be seen from here. */
  granted: boolean | null;
  /** What was seen beside that. */
  said: string | null;
  /** What to do; null where nothing is to be done. */
  fix: string | null;
}

/** What an installation has, and what it lacks. Holds no secret. */
export interface SetupReport {
  /** What a connection's application must be told (Authentication → Web → Redirect URIs). */
  redirectUri: string;
  permissions: PermissionState[];
  checks: SelfCheck[];
}

/** What only the services themselves can say. None of it throws. */
export interface SetupProbes extends PermissionProbe {
  /** Application permissions on Microsoft Graph that Keyturn never uses, by the identity that holds them. */
  surplus(): Promise<Surplus[]>;
  storage(): Promise<StorageLook[]>;
  /** How far our clock is ahead of the login host's; null where that does not answer. */
  clockSkewMs(): Promise<number | null>;
}

export interface SetupReportDeps {
  settings: Settings;
  probes: SetupProbes;
  health: () => Promise<HealthReport>;
  alertMode: Pick<AlertModeStore, 'current'>;
  beats: Pick<TimerBeats, 'all'>;
  installedAt: () => Promise<Date>;
  clock: Pick<Clock, 'now'>;
}

/** Key Vault and Graph are asked side by side, and neither is pressed. */
const AT_ONCE = 4;

/**
 * Looks at everything that Keyturn needs to work. A store that does not answer is a check that failed, and what was to
 * be read there is left out.
 */
export async function setupReport(deps: SetupReportDeps): Promise<SetupReport> {
  const { settings, probes } = deps;
  const ids = permissionsOf(settings);
  const [states, surplus, storage, skewMs, stored] = await Promise.all([
    mapLimited(ids, AT_ONCE, async (id) => ({ id, held: await probes.look(id) })),
    probes.surplus(),
    probes.storage(),
    probes.clockSkewMs(),
    storedChecks(deps).catch(() => []),
  ]);
  const held = new Map(states.map((state) => [state.id, state.held]));
  return {
    redirectUri: callbackUri(settings.publicUrl, null),
    permissions: states.map((state) => stateOf(state, held)),
    checks: [
      ...surplusChecks(surplus),
      clockCheck(skewMs),
      ...storageChecks(storage),
      vaultCheck(held.get('ownVault') ?? null),
      ...stored,
    ],
  };
}

async function storedChecks(deps: SetupReportDeps): Promise<SelfCheck[]> {
  const { settings, beats, clock } = deps;
  const [health, mode, ran, installedAt] = await Promise.all([
    deps.health(),
    deps.alertMode.current(),
    beats.all(),
    deps.installedAt(),
  ]);
  return [
    ...settingChecks({ ...settings, mode }),
    ...channelChecks(health.channels),
    ...timerChecks(ran, { installedAt, clock }),
    nightCheck(health),
  ];
}

function stateOf(
  { id, held: { granted, said } }: { id: PermissionId; held: Held },
  all: ReadonlyMap<PermissionId, Held>,
): PermissionState {
  const permission: Permission = permissions[id];
  // The larger permission covers the smaller one.
  const isCovered = id === 'people' && all.get('everybody')?.granted === true;
  if (granted === true || isCovered) return { ...permission, granted: true, said, fix: said };
  return { ...permission, granted, said, fix: granted === false ? fixOf(permission) : said };
}

function fixOf({ name, identity, on, givenBy }: Permission): string {
  const how = `keyturn setup --role ${givenBy} shows the commands`;
  const late =
    on === 'Microsoft Graph'
      ? 'A token that Azure keeps for the identity can be a day old: what was given today may count tomorrow.'
      : 'A new assignment can take ten minutes to count.';
  return `Give the ${identity} identity ${name} on ${on}: ${how}. ${late}`;
}
