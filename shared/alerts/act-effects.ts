import type { Finding } from '../checks/finding.ts';
import type { Clock } from '../clock.ts';
import type { Queue } from '../storage/queue.ts';
import type { ActLinks } from './act-links.ts';
import type { Act } from './act.ts';
import { noteWarned, warningKind, type AlertSubjects } from './alert-subjects.ts';
import type { DeliveryMessage } from './delivery-message.ts';
import { itemOf } from './item-of.ts';
import { hashOf, partitionOf } from './ledger-keys.ts';
import type { Ledger } from './ledger.ts';
import { afterActs } from './muting.ts';
import { howItEnded } from './plan-done.ts';
import { planRow, type PlannedItem } from './plan-row.ts';
import type { Reason } from './reasons.ts';
import type { RecipientLists } from './recipients.ts';
import { ALL_TENANTS, MAIL, NO_NIGHT } from './scopes.ts';
import { whoIsToldAt } from './who-is-told-at.ts';

/** The places on record, as an act changes them: `connections/consumer-store.ts`, which this chain does not know. */
interface ActConsumers {
  confirm(id: string, said: Said): Promise<unknown>;
  recordLikely(
    place: { tenantId: string; appId: string; system: string; contact: null },
    said: Said,
  ): Promise<unknown>;
}

interface Said {
  keyId: string | null;
  at: Date;
  by: string;
}

export interface EffectDeps {
  actLinks: Pick<ActLinks, 'revoke'>;
  consumers: ActConsumers;
  ledger: Ledger;
  subjects: AlertSubjects;
  deliveries: Queue<DeliveryMessage>;
  lists: RecipientLists;
  timeZone: string;
  clock: Pick<Clock, 'now'>;
}

/** What an act was said about, and all that was said up to it. */
export interface Matter {
  finding: Finding;
  tenantName: string | null;
  acts: readonly Act[];
}

/**
 * Does what follows from an act that is written down already. Safe to repeat; what a crash leaves out here the next
 * night's planning makes up for (muting.ts), or the person, who was shown an error.
 */
export async function followAct(deps: EffectDeps, act: Act, matter: Matter): Promise<void> {
  if (act.kind === 'entered') await confirmPlaces(deps, act, matter.finding);
  if (act.kind === 'passedOn') await passOn(deps, act, matter);
  if (act.kind === 'askedAdmin') await askAdmin(deps, act, matter);
}

type Of<K extends Act['kind']> = Extract<Act, { kind: K }>;

async function confirmPlaces(
  { consumers }: EffectDeps,
  { places, keyId, at, by }: Of<'entered'>,
  { tenantId, holder: { appId } }: Finding,
): Promise<void> {
  const said = { keyId, at: new Date(at), by };
  for (const { id, name } of places) {
    if (id !== null && !id.startsWith('likely:')) await consumers.confirm(id, said);
    else if (appId !== null) {
      await consumers.recordLikely({ tenantId, appId, system: name, contact: null }, said);
    }
  }
}

/** The person who is named is told at once; the link of the one who named them is used up. */
async function passOn(deps: EffectDeps, act: Of<'passedOn'>, matter: Matter): Promise<void> {
  const { tenantId, findingId, to, by } = act;
  const warning = warningOf(deps, matter, 'passedOn');
  if (warning !== null) {
    const destination = { channel: MAIL, address: to, scope: tenantId };
    // As the next night would plan it, which then finds it there.
    const episode = await noteWarned(deps.subjects, warning, {
      destinations: [{ ...destination, reason: 'passedOn' }],
      roundOf: () => null,
    });
    const item = { ...warning, episode, kind: 'ends' as const };
    await tell(deps, { destination, item, kind: warningKind(episode, null) });
  }
  await deps.actLinks.revoke({ address: by, findingId });
}

/** Once for each person who asks, whatever their reasons. */
async function askAdmin(deps: EffectDeps, act: Of<'askedAdmin'>, matter: Matter): Promise<void> {
  const { by, because } = act;
  const warning = warningOf(deps, matter, 'asked');
  if (warning === null) return;
  const { fallback, escalation, operations } = deps.lists;
  const list = [fallback, escalation, operations].find((one) => one.length > 0) ?? [];
  for (const address of list) {
    const destination = { channel: MAIL, address, scope: ALL_TENANTS };
    const item = { ...warning, by, because, kind: 'asked' as const };
    await tell(deps, { destination, item, kind: hashOf(['asked', by.toLowerCase()]) });
  }
}

/** Null when nothing is due at present: then the night on which something is tells whom it concerns. */
function warningOf(deps: EffectDeps, { finding, tenantName, acts }: Matter, reason: Reason) {
  const { stage } = finding;
  if (stage === null || howItEnded(finding) !== null) return null;
  const now = deps.clock.now();
  const chosen = whoIsToldAt({ ...finding, stage }, deps.lists, now)?.told ?? [];
  const { told, notes } = afterActs(finding, { chosen, acts }, { ...deps, now });
  return { ...itemOf({ ...finding, stage, tenantName }, told, reason), acts: notes };
}

async function tell(deps: EffectDeps, planned: Omit<PlannedItem, 'nightId'>): Promise<void> {
  await planRow(deps, { ...planned, nightId: NO_NIGHT });
  await deps.deliveries.send({ partition: partitionOf(planned.destination) });
}
