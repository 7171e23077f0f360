import type { FindingStore } from '../checks/finding-store.ts';
import type { Finding } from '../checks/finding.ts';
import type { Run } from '../checks/run.ts';
import type { Clock } from '../clock.ts';
import type { AlertItem, Warning } from './alert-item.ts';
import { itemOf } from './item-of.ts';
import type { Ledger } from './ledger.ts';
import { howItEnded } from './plan-done.ts';
import { planRow } from './plan-row.ts';
import { WEBHOOK } from './scopes.ts';
import { dedupKeyOf, type Ticket, type TicketStore } from './tickets.ts';

export interface EventDeps {
  ledger: Ledger;
  tickets: TicketStore;
  findings: Pick<FindingStore, 'ofTenant'>;
  clock: Pick<Clock, 'now'>;
}

/** Plans the event of one warning: "opened" for the first of a ticket, "stage" for the others. Returns rows added. */
export async function planEvent(deps: EventDeps, run: Run, warning: Warning): Promise<number> {
  const { stage, expiresAt } = warning;
  const ticket = await deps.tickets.opened(
    { ...warning, openedBy: { stage, expiresAt } },
    deps.clock.now(),
  );
  const { openedBy, episode } = ticket;
  const isFirst = openedBy.stage === stage && openedBy.expiresAt === expiresAt;
  const event = isFirst ? 'opened' : 'stage';
  const item = eventOf(warning, event, deps);
  return planEventRow(deps, run, { item, kind: `event ${episode}` });
}

/**
 * Plans "resolved" for every open ticket of the tenant whose secret needs nobody any more: a complete run no longer saw
 * it, its replacement is in use, or it renewed itself after all. `open` is what the run left open. Returns rows added.
 */
export async function planResolved(
  deps: EventDeps,
  run: Run,
  open: readonly Finding[],
): Promise<number> {
  const waiting = new Set(
    open.filter((finding) => howItEnded(finding) === null).map(({ id }) => id),
  );
  const tickets: Ticket[] = [];
  for await (const ticket of deps.tickets.open(run.tenantId)) {
    if (!waiting.has(ticket.findingId)) tickets.push(ticket);
  }
  if (tickets.length === 0) return 0;
  const kept = new Map<string, Finding>();
  for await (const finding of deps.findings.ofTenant(run.tenantId)) kept.set(finding.id, finding);
  let planned = 0;
  for (const ticket of tickets) {
    const finding = kept.get(ticket.findingId);
    // A run that is told about again names nothing as open: what is kept has the last word.
    if (finding === undefined || howItEnded(finding) === null) continue;
    const { tenantName } = run;
    const about = { ...finding, tenantName, stage: finding.stage ?? ticket.openedBy.stage };
    const item = eventOf(itemOf(about, [], 'channel'), 'resolved', deps);
    planned += await planEventRow(deps, run, { item, kind: `resolved ${ticket.episode}` });
    // Written down first: a crash in between plans the same row again, which is there.
    await deps.tickets.resolve(ticket, deps.clock.now());
  }
  return planned;
}

type EventItem = Extract<AlertItem, { kind: 'event' }>;

function eventOf(
  warning: Warning,
  event: EventItem['event'],
  { clock }: Pick<EventDeps, 'clock'>,
): EventItem {
  const occurredAt = clock.now().toISOString();
  return { ...warning, kind: 'event', event, dedupKey: dedupKeyOf(warning), occurredAt };
}

/** Each ticket has a partition of its own, so that its events go out one after the other, oldest first. */
function planEventRow(
  deps: EventDeps,
  { nightId, tenantId }: Run,
  { item, kind }: { item: EventItem; kind: string },
): Promise<number> {
  const destination = { channel: WEBHOOK, address: item.dedupKey, scope: tenantId };
  return planRow(deps, { destination, item, nightId, kind });
}
