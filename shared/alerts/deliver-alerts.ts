import type { Row } from '../storage/table.ts';
import type { ChannelStates } from './channel-states.ts';
import { hashOf } from './ledger-keys.ts';
import { factsOf, isBusy, isDue, type LedgerRow, type OpenRow } from './ledger-row.ts';
import { mailLinks, type MailLinksDeps } from './mail-links.ts';
import type { AlertMessage, Notifier, SendOutcome } from './notifier.ts';
import { systemsOf, type Playbooks } from './playbooks.ts';
import { isReport } from './report-item.ts';
import { mayLeave } from './scopes.ts';
import { settleMessage, type SettleDeps } from './settle-message.ts';

export interface DeliverDeps extends SettleDeps, Omit<MailLinksDeps, 'clock' | 'log'> {
  notifiers: readonly Notifier[];
  /** What to do in each of these systems; an operator's own words where there are some. */
  playbooksFor: (systems: readonly string[]) => Promise<Playbooks>;
  channelStates: Pick<ChannelStates, 'note'>;
  /** Names a claim; never the same twice. */
  newId: () => string;
}

export type Delivery =
  | { status: 'nothingDue' }
  /** Somebody else is at it. */
  | { status: 'busy' }
  | { status: SendOutcome['status']; rows: number };

/** A claim lives this long; then the sender is taken for dead and anybody may send. */
const CLAIM_MS = 60_000;
/** Claiming stops here, so that the rest of the claim's life is left for sending. */
const CLAIMING_MS = 20_000;
/** The least that must be left of the claim when sending starts: the Graph client's tries end within 30 s. */
const SENDING_MS = 30_000;

/**
 * Sends one message with everything that waits for one recipient, and marks it. A crash between the two may repeat
 * that message and never loses it. Trouble with the channel is an outcome, kept on the rows; what throws is storage,
 * and the caller's queue then repeats the call.
 */
export async function deliverAlerts(deps: DeliverDeps, partition: string): Promise<Delivery> {
  const now = deps.clock.now();
  const rows = await deps.ledger.openRows(partition);
  if (rows.some(({ value }) => isBusy(value, now))) return { status: 'busy' };
  const notifier = deps.notifiers.find(({ channel }) => channel === rows[0]?.value.channel);
  const inTurn = notifier?.isOneByOne === true ? oldestOf(rows) : rows;
  const mode = await deps.mode();
  const due = inTurn.filter(({ value }) => isDue(value, now) && mayLeave(mode, value.scope));
  // Without a way to send, it waits until there is one.
  if (due.length === 0 || notifier === undefined) return { status: 'nothingDue' };

  const systems = systemsOf(contentOf(due.map(({ value }) => value.item)).items);
  const playbooks = systems.length === 0 ? {} : await deps.playbooksFor(systems);
  const claim = { claimId: deps.newId(), until: new Date(now.getTime() + CLAIM_MS) };
  const claimed = await claimRows(deps, due, claim);
  if (claimed === null) return { status: 'busy' };

  const message = { ...messageOf(partition, claimed), playbooks };
  const outcome = await send(notifier, message, deps);
  await settleMessage(deps, { message, claimed, claimId: claim.claimId, outcome });
  await deps.channelStates.note(notifier.channel, outcome);
  if (outcome.status === 'accepted' && rows.length > inTurn.length)
    await deps.deliveries.send({ partition });
  return { status: outcome.status, rows: claimed.length };
}

/** While it has to wait, so do the younger ones: who is told step by step is told in order. */
function oldestOf(rows: Row<OpenRow>[]): Row<OpenRow>[] {
  return rows
    .toSorted(
      (a, b) => a.value.plannedAt.localeCompare(b.value.plannedAt) || (a.row < b.row ? -1 : 1),
    )
    .slice(0, 1);
}

interface Claim {
  claimId: string;
  until: Date;
}

/**
 * Claims rows one after the other in the order of their keys. Of two senders the one that gets the first common row
 * gets all of them; the other one lets go of what it has and leaves, so the recipient gets one message.
 */
async function claimRows(
  deps: DeliverDeps,
  due: Row<OpenRow>[],
  { claimId, until }: Claim,
): Promise<Row<OpenRow>[] | null> {
  const claimed: Row<OpenRow>[] = [];
  const stopAtMs = until.getTime() - CLAIM_MS + CLAIMING_MS;
  for (const row of due) {
    // What is left waits for the sweep.
    if (claimed.length > 0 && deps.clock.now().getTime() > stopAtMs) break;
    if (!(await deps.ledger.replace(row, claimedBy(row.value, claimId, until)))) {
      await letGo(deps, claimed, claimId);
      return null;
    }
    claimed.push(row);
  }
  if (deps.clock.now().getTime() <= until.getTime() - SENDING_MS) return claimed;
  await letGo(deps, claimed, claimId);
  return null;
}

function claimedBy(row: OpenRow, claimId: string, until: Date): LedgerRow {
  const { item, notBefore } = row;
  const claimedUntil = until.toISOString();
  return { ...factsOf(row), state: 'claimed', item, notBefore, claimId, claimedUntil };
}

async function letGo(deps: DeliverDeps, claimed: Row<OpenRow>[], claimId: string): Promise<void> {
  for (const { partition, row } of claimed) {
    await deps.ledger.settle({ partition, row }, (current) => {
      if (current.state !== 'claimed' || current.claimId !== claimId) return null;
      const { item, notBefore } = current;
      return { ...factsOf(current), state: 'planned', item, notBefore };
    });
  }
}

/** The id is that of its content, so a message that is repeated can be recognised. */
function messageOf(partition: string, claimed: Row<OpenRow>[]): AlertMessage {
  const [first] = claimed;
  return {
    id: hashOf([partition, ...claimed.map(({ row }) => row)]).slice(0, 32),
    address: first?.value.address ?? '',
    scope: first?.value.scope ?? '',
    ...contentOf(claimed.map(({ value }) => value.item)),
  };
}

/** A partition holds the one or the other, since reports have a scope of their own. */
function contentOf(content: OpenRow['item'][]): Pick<AlertMessage, 'items' | 'reports'> {
  const reports = content.filter((item) => isReport(item));
  const items = content.filter((item) => !isReport(item));
  return reports.length === 0 ? { items } : { items, reports };
}

async function send(
  notifier: Notifier,
  message: AlertMessage,
  deps: DeliverDeps,
): Promise<SendOutcome> {
  const { log } = deps;
  try {
    // Only a mail reaches one person alone, so nothing else carries that person's links.
    if (notifier.channel !== 'mail') return await notifier.send(message);
    return await notifier.send({ ...message, links: await mailLinks(deps, message) });
  } catch (error) {
    // A fault of ours. It counts as a try, so that a message that can never be written is given up and told.
    const { channel } = notifier;
    const reason = error instanceof Error ? error.message : String(error);
    log.error('a message could not be written', { messageId: message.id, channel, reason });
    return { status: 'failed', reason: 'Keyturn could not write the message: see its log.' };
  }
}
