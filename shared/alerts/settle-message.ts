import type { Log } from '../log.ts';
import type { Row } from '../storage/table.ts';
import { factsOf, type LedgerRow, type OpenRow } from './ledger-row.ts';
import { mapLimited } from '../map-limited.ts';
import type { AlertMessage, SendOutcome } from './notifier.ts';
import { failOver, type FailoverDeps } from './fail-over.ts';

export interface SettleDeps extends FailoverDeps {
  log: Log;
}

export interface Tried {
  message: AlertMessage;
  claimed: readonly Row<OpenRow>[];
  claimId: string;
  outcome: SendOutcome;
}

/** After this many tries that failed or were refused, some three hours later, a warning is given up. */
const MAX_ATTEMPTS = 5;

const AT_ONCE = 8;
const MINUTE_MS = 60_000;
const FIRST_PAUSE_MS = 5 * MINUTE_MS;
/** 5, 15, 45, 135 minutes: a permission that was just granted in Exchange may take two hours to work. */
const PAUSE_FACTOR = 3;
/** However long a service asks us to wait, a warning is worth a try every hour. */
const LONGEST_THROTTLE_MS = 60 * MINUTE_MS;

const LONGEST_PATIENCE_MS = 24 * 60 * MINUTE_MS;
const TOO_BUSY = 'The service has been asking Keyturn to wait for more than a day.';

/** Writes onto the claimed rows what came of their message. */
export async function settleMessage(deps: SettleDeps, tried: Tried): Promise<void> {
  const { outcome, claimed } = tried;
  if (outcome.status === 'accepted') {
    await settleAll(deps, claimed, sent(deps, tried));
    return;
  }
  // What went out before the trouble is out.
  const out = new Set<OpenRow['item']>(outcome.accepted);
  const isOut = ({ value }: Row<OpenRow>) => out.has(value.item);
  await settleAll(deps, claimed.filter(isOut), sent(deps, tried));
  const left = { ...tried, claimed: claimed.filter((row) => !isOut(row)) };
  if (outcome.status !== 'throttled') await settleFailure(deps, left, outcome);
  else await settleThrottled(deps, left, outcome.notBefore);
}

/** Being asked to wait counts no try, for a day. Who is asked longer than that is not going to be let in. */
async function settleThrottled(deps: SettleDeps, tried: Tried, until: Date): Promise<void> {
  const dayAgoMs = deps.clock.now().getTime() - LONGEST_PATIENCE_MS;
  const isOld = ({ value }: Row<OpenRow>) => Date.parse(value.plannedAt) <= dayAgoMs;
  const [old, young] = [tried.claimed.filter(isOld), tried.claimed.filter((row) => !isOld(row))];
  if (young.length > 0)
    await settleAll(deps, young, throttled(deps, { ...tried, claimed: young }, until));
  if (old.length > 0) await settleFailure(deps, { ...tried, claimed: old }, { reason: TOO_BUSY });
}

async function settleAll(
  { ledger }: SettleDeps,
  rows: readonly Row<OpenRow>[],
  change: Change,
): Promise<void> {
  await mapLimited(rows, AT_ONCE, (row) => ledger.settle(row, change));
}

type Change = (row: OpenRow) => LedgerRow | null;

/** The message is out, so its rows are sent, whoever claimed them meanwhile. */
function sent({ clock }: SettleDeps, { message }: Tried): Change {
  const sentAt = clock.now().toISOString();
  return (row) => ({ ...factsOf(row), state: 'sent', sentAt, messageId: message.id });
}

function throttled({ clock, log }: SettleDeps, { claimId, claimed }: Tried, until: Date): Change {
  const latestMs = clock.now().getTime() + LONGEST_THROTTLE_MS;
  const notBefore = new Date(Math.min(until.getTime(), latestMs)).toISOString();
  log.warn('a message has to wait: the channel is busy', { rows: claimed.length, notBefore });
  return (row) =>
    isOurs(row, claimId) ? planned(row, { notBefore, attempts: row.attempts }) : null;
}

interface Failure {
  reason: string;
  isFinal?: boolean;
}

async function settleFailure(deps: SettleDeps, tried: Tried, failure: Failure): Promise<void> {
  const { claimed, claimId, message } = tried;
  const { reason } = failure;
  const lost = claimed.filter(({ value }) => isLastTry(value, failure));
  const fields = { messageId: message.id, rows: claimed.length, givenUp: lost.length, reason };
  if (lost.length > 0) {
    // Before the rows are final: if this process dies in between, the failure is met and told again.
    await failOver(deps, lost, reason);
    deps.log.error('a warning could not be delivered and is given up', fields);
  } else deps.log.warn('a message was not accepted and will be tried again', fields);
  const nowMs = deps.clock.now().getTime();
  await settleAll(deps, claimed, (current) =>
    isOurs(current, claimId) ? afterFailure(current, nowMs, failure) : null,
  );
}

function isLastTry({ attempts }: OpenRow, { isFinal }: Failure): boolean {
  return isFinal === true || attempts + 1 >= MAX_ATTEMPTS;
}

function afterFailure(row: OpenRow, nowMs: number, failure: Failure): LedgerRow {
  const attempts = row.attempts + 1;
  if (isLastTry(row, failure)) {
    const gaveUpAt = new Date(nowMs).toISOString();
    return { ...factsOf(row), attempts, state: 'gaveUp', gaveUpAt, because: failure.reason };
  }
  const pauseMs = FIRST_PAUSE_MS * PAUSE_FACTOR ** (attempts - 1);
  return planned(row, { attempts, notBefore: new Date(nowMs + pauseMs).toISOString() });
}

function planned(row: OpenRow, change: { notBefore: string; attempts: number }): LedgerRow {
  return { ...factsOf(row), ...change, state: 'planned', item: row.item };
}

/** False when our claim ran out and somebody else took the row over. */
function isOurs(row: OpenRow, claimId: string): boolean {
  return row.state === 'claimed' && row.claimId === claimId;
}
