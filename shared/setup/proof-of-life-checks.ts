import type { ChannelHealth } from '../wiring/channel-health.ts';
import type { Clock } from '../clock.ts';
import type { HealthReport } from '../http/health.ts';
import { well, type SelfCheck } from './self-check.ts';
import type { TimerBeat } from './timer-beats.ts';

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
