import type { FindingStore } from '../checks/finding-store.ts';
import type { Finding } from '../checks/finding.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { offersFor, type Offer } from './act-choices.ts';
import type { ActLink, ActLinks } from './act-links.ts';
import type { ActStore } from './act-store.ts';
import { noteOf, type Act, type ActNote } from './act.ts';
import { actsOn } from './muting.ts';
import type { RecipientLists } from './recipients.ts';

export interface ActDeps {
  actLinks: ActLinks;
  acts: ActStore;
  findings: Pick<FindingStore, 'get'>;
  lists: RecipientLists;
  timeZone: string;
  clock: Pick<Clock, 'now'>;
}

/** What a link is about, for its holder. */
export interface Asked {
  finding: Finding;
  tenantName: string | null;
  /** Whom the link was sent to. */
  address: string;
  offers: Offer[];
  /** What was said about it so far, oldest first. */
  said: ActNote[];
}

/** What the holder of a link chose. */
export interface Chosen {
  choice: Offer['choice'];
  until?: string | undefined;
}

/**
 * Says what is asked of the holder of a link. Changes nothing, however often it is called. Throws `not_found`, with
 * one text for all, where the token is not, or no longer, a link to something that is known.
 */
export async function lookByLink(deps: ActDeps, token: string): Promise<Asked> {
  const { link, finding, acts } = await opened(deps, token);
  return askedOf(deps, { link, finding, acts });
}

/**
 * Does what the holder of a link chose: the act is written first, by whom and when, then its effects follow. Throws
 * `not_found` like {@link lookByLink}, `bad_request` for what was not offered, `throttled` for a link that was used
 * too often.
 */
export async function actByLink(deps: ActDeps, token: string, chosen: Chosen): Promise<Asked> {
  const { link, finding, acts } = await opened(deps, token);
  const { address } = link;
  if (acts.filter(({ by }) => by === address).length >= MAX_ACTS) {
    throw new AppError('throttled', 'This link was used too often. Ask whoever runs Keyturn here.');
  }
  const act = actOf(deps, { link, finding }, chosen);
  await deps.acts.record(act);
  return askedOf(deps, { link, finding, acts: [...acts, act] });
}

/** One person says at most so much about one thing: a link is no way to fill a table. */
const MAX_ACTS = 50;

interface Opened {
  link: ActLink;
  finding: Finding;
  /** What was said about the end that the finding has now. */
  acts: Act[];
}

async function opened({ actLinks, findings, acts }: ActDeps, token: string): Promise<Opened> {
  const link = await actLinks.open(token);
  const finding = link === null ? null : await findings.get(link.tenantId, link.findingId);
  // A credential whose end was moved has links of its own.
  if (link === null || finding === null || finding.expiresAt !== link.expiresAt) {
    throw new AppError('not_found', NO_LINK);
  }
  return { link, finding, acts: actsOn(finding, await acts.ofTenant(link.tenantId)) };
}

const NO_LINK =
  'This link does not work, or no longer. The newest mail from Keyturn has one that does; whoever runs Keyturn here can help as well.';

function askedOf({ lists, timeZone, clock }: ActDeps, { link, finding, acts }: Opened): Asked {
  return {
    finding,
    tenantName: link.tenantName,
    address: link.address,
    offers: offersFor(finding, link.address, { lists, timeZone, now: clock.now() }),
    said: acts.map(noteOf),
  };
}

function actOf(
  { lists, timeZone, clock }: ActDeps,
  { link, finding }: Pick<Opened, 'link' | 'finding'>,
  { choice, until }: Chosen,
): Act {
  const now = clock.now();
  const offers = offersFor(finding, link.address, { lists, timeZone, now });
  const offer = offers.find((one) => one.choice === choice);
  if (offer === undefined) {
    throw new AppError('bad_request', 'This is not offered, or no longer; look again what is.');
  }
  const { tenantId, findingId, expiresAt, address } = link;
  const common = { tenantId, findingId, expiresAt, by: address, at: now.toISOString() };
  return ACTS[choice](common, { offer, until });
}

type Common = Pick<Act, 'tenantId' | 'findingId' | 'expiresAt' | 'by' | 'at'>;

const ACTS: Record<
  Offer['choice'],
  (common: Common, given: { offer: Offer; until: string | undefined }) => Act
> = {
  promise: (common, { offer, until }) => ({
    ...common,
    kind: 'promised',
    until: dayWithin(offer, until),
  }),
  snooze: (common, { offer, until }) => ({
    ...common,
    kind: 'snoozed',
    until: dayWithin(offer, until),
  }),
};

function dayWithin({ until: allowed }: Offer, until: string | undefined): string {
  if (until !== undefined && allowed !== null && until >= allowed.min && until <= allowed.max) {
    return until;
  }
  const detail = `Give a day from ${allowed?.min ?? ''} to ${allowed?.max ?? ''}.`;
  throw new AppError('bad_request', detail, { errors: [{ pointer: '/until', detail }] });
}
