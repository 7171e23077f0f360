import type { ChannelHealth } from '../channel-health.ts';
import type { Clock } from '../clock.ts';
import type { HealthReport } from '../http/health.ts';
import type { AlertMode, Settings } from '../settings.ts';
import type { TimerBeat } from './timer-beats.ts';
import type { Held } from './permission-probe.ts';

/** One thing that was looked at. `off`: not used by this installation. */
export interface SelfCheck {
  name: 'settings' | 'clock' | 'storage' | 'vault' | 'channel' | 'timer' | 'checks';
  status: 'ok' | 'warning' | 'failed' | 'off';
  /** What was seen. */
  what: string;
  /** Why it matters; null where all is well. */
  why: string | null;
  /** What to do, exactly. */
  fix: string | null;
}

function well(name: SelfCheck['name'], what: string): SelfCheck {
  return { name, status: 'ok', what, why: null, fix: null };
}

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

/** Microsoft Entra refuses assertions whose times are off by more than five minutes. */
const SKEW_FAILS_MS = 300_000;
const SKEW_WARNS_MS = 60_000;

/** `skewMs`: how far this machine's clock is ahead of the login host's; null where that could not be asked. */
export function clockCheck(skewMs: number | null): SelfCheck {
  if (skewMs === null) {
    return {
      name: 'clock',
      status: 'failed',
      what: 'The login host of this cloud does not answer.',
      why: 'Without it no token can be had, and no caller be recognised.',
      fix: "Check this app's network (DNS, firewall, proxy) and KEYTURN_CLOUD.",
    };
  }
  const off = Math.abs(skewMs);
  const seconds = Math.round(off / 1000);
  if (off < SKEW_WARNS_MS) return well('clock', `The clock is right (${seconds} s off).`);
  return {
    name: 'clock',
    status: off < SKEW_FAILS_MS ? 'warning' : 'failed',
    what: `This app's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the login host's.`,
    why: 'Microsoft Entra refuses signed requests whose times are off by five minutes, and days left are counted wrong.',
    fix: 'Restart the Function App, which moves it to another machine; if it lasts, ask Azure support.',
  };
}

/** One kind of storage that state is kept in. */
export interface StorageLook {
  kind: 'tables' | 'queues' | 'blobs';
  /** Null: it answered. */
  problem: string | null;
}

export function storageChecks(looks: readonly StorageLook[]): SelfCheck[] {
  return looks.map(({ kind, problem }) =>
    problem === null
      ? well('storage', `The state account's ${kind} answer.`)
      : {
          name: 'storage',
          status: 'failed',
          what: `The state account's ${kind} cannot be used. ${problem}`,
          why: 'State is kept there: without it nothing is checked, sent or remembered.',
          fix: `Check KEYTURN_STORAGE__…, the account's Networking page, and that the identity of KEYTURN_STORAGE__clientId has the role ${STORAGE_ROLES[kind]} there.`,
        },
  );
}

const STORAGE_ROLES: Record<StorageLook['kind'], string> = {
  tables: 'Storage Table Data Contributor',
  queues: 'Storage Queue Data Contributor',
  blobs: 'Storage Blob Data Contributor',
};

export function vaultCheck(held: Held | null): SelfCheck {
  if (held === null) {
    return {
      name: 'vault',
      status: 'off',
      what: 'This installation has no key vault, and so holds no connections.',
      why: null,
      fix: null,
    };
  }
  if (held.granted === true) return well('vault', "Keyturn's key vault answers.");
  return {
    name: 'vault',
    status: 'failed',
    what: held.said ?? "Keyturn's key vault refuses the broker identity.",
    why: 'Secrets and sign-ins of connections are kept there: no connection gives a token without it for long.',
    fix: "Give the broker identity the role Key Vault Secrets Officer on the vault of KEYTURN_VAULT_URL, and let this app in on the vault's Networking page.",
  };
}

export function channelChecks(channels: readonly ChannelHealth[]): SelfCheck[] {
  return channels.map(({ channel, state, lastSuccess, lastFailure, because, warning }) => {
    const name = 'channel' as const;
    const test = `keyturn test-alert ${channel}`;
    if (state === 'off') {
      return { name, status: 'off', what: `${channel} is not set up.`, why: null, fix: null };
    }
    const hasFailed = lastFailure !== null && lastFailure > (lastSuccess ?? '');
    if (hasFailed) {
      const what = `The last message through ${channel} failed at ${lastFailure}: ${because ?? ''}`;
      const fix = `Do what that says, then run ${test}.`;
      return { name, status: 'failed', what, why: NOBODY_TOLD, fix };
    }
    if (warning !== null) {
      return { name, status: 'warning', what: warning, why: NOBODY_TOLD, fix: `Then run ${test}.` };
    }
    if (lastSuccess === null) {
      const what = `Nothing has been sent through ${channel} yet.`;
      return { name, status: 'warning', what, why: UNTRIED, fix: `Run ${test}.` };
    }
    return well(name, `${channel} took a message at ${lastSuccess}.`);
  });
}

const NOBODY_TOLD = 'Who should be warned this way is not.';
const UNTRIED = 'Whether it works is not known.';

/** What each timer may leave between two runs, and what stands still without it. */
const TIMERS = {
  checkNightly: { hours: 26, why: 'Nothing is checked.' },
  sweep: { hours: 1, why: 'What a crash left behind is not taken up.' },
  keepAlive: { hours: 13, why: 'Sign-ins that nobody uses end.' },
  prune: { hours: 26, why: 'What has been kept long enough is not removed.' },
} as const;

/** A timer that never ran is given its time from the day of installation. */
export function timerChecks(
  beats: readonly TimerBeat[],
  { installedAt, clock }: { installedAt: Date; clock: Pick<Clock, 'now'> },
): SelfCheck[] {
  const lastOf = new Map(beats.map(({ timer, at }) => [timer, at]));
  return Object.entries(TIMERS).map(([timer, { hours, why }]) => {
    const last = lastOf.get(timer) ?? null;
    const from = last === null ? installedAt : new Date(last);
    const isLate = clock.now().getTime() - from.getTime() > hours * 3_600_000;
    if (!isLate) {
      return well('timer', last === null ? `${timer} is not due yet.` : `${timer} ran at ${last}.`);
    }
    return {
      name: 'timer',
      status: 'failed',
      what: last === null ? `${timer} has never run.` : `${timer} last ran at ${last}.`,
      why,
      fix: `Open the Function App → Functions, see that ${timer} is enabled, and restart the app; the host's own storage (AzureWebJobsStorage) must let it write its timer locks.`,
    };
  });
}

/** Whether tenants are read at all. */
export function nightCheck({
  status,
  lastSuccess,
}: Pick<HealthReport, 'status' | 'lastSuccess'>): SelfCheck {
  if (status === 'ok') return well('checks', `Every tenant was read, at ${lastSuccess ?? ''}.`);
  if (status === 'starting') {
    return {
      name: 'checks',
      status: 'warning',
      what: 'No check has ended yet.',
      why: 'Do not treat silence as OK.',
      fix: 'Run keyturn run-now --wait.',
    };
  }
  return {
    name: 'checks',
    status: 'failed',
    what:
      lastSuccess === null
        ? 'No check has succeeded.'
        : `The last complete check is of ${lastSuccess}.`,
    why: 'Do not treat silence as OK: what ends now is not seen.',
    fix: 'Run keyturn run-now --wait, and do what it says.',
  };
}
