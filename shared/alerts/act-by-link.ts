import type { FindingStore } from '../checks/finding-store.ts';
import type { Finding } from '../checks/finding.ts';
import { AppError } from '../errors.ts';
import { offersFor, type Offer } from './act-choices.ts';
import { followAct, type EffectDeps } from './act-effects.ts';
import type { ActLink, ActLinks } from './act-links.ts';
import { actOf, type Chosen } from './act-of.ts';
import type { ActStore } from './act-store.ts';
import { noteOf, type Act, type ActNote } from './act.ts';
import { notesFor } from './mail-outsiders.ts';
import { actsOn } from './muting.ts';
import type { RecipientLists } from './recipients.ts';

export interface ActDeps extends Omit<EffectDeps, 'lists'> {
  actLinks: ActLinks;
  acts: ActStore;
  findings: Pick<FindingStore, 'get'>;
  /** Where addresses that are written in a tenant may be. */
  domainsOf: (tenantId: string) => Promise<readonly string[]>;
  /** Whom to tell about a tenant where nobody else can be. */
  listsOf: (tenantId: string) => Promise<RecipientLists>;
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
  const { tenantId, tenantName, findingId, expiresAt, address } = link;
  if (acts.filter(({ by }) => by === address).length >= MAX_ACTS) {
    throw new AppError('throttled', 'This link was used too often. Ask whoever runs Keyturn here.');
  }
  const offer = (await offersOf(deps, { link, finding })).find(
    (one) => one.choice === chosen.choice,
  );
  if (offer === undefined) {
    throw new AppError('bad_request', 'This is not offered, or no longer; look again what is.');
  }
  const at = deps.clock.now().toISOString();
  const common = { tenantId, findingId, expiresAt, by: address, at };
  const act = actOf(common, { offer, finding }, chosen);
  // Security rule 29: who said what is written before anything comes of it.
  await deps.acts.record(act);
  const said = [...acts, act];
  const lists = await deps.listsOf(tenantId);
  await followAct({ ...deps, lists }, act, { finding, tenantName, acts: said });
  const asked = await askedOf(deps, { link, finding, acts: said });
  return act.kind === 'passedOn' ? { ...asked, offers: [] } : asked;
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

async function askedOf(deps: ActDeps, { link, finding, acts }: Opened): Promise<Asked> {
  return {
    finding,
    tenantName: link.tenantName,
    address: link.address,
    offers: await offersOf(deps, { link, finding }),
    said: notesFor(link, acts.map(noteOf), finding.consumers),
  };
}

async function offersOf(
  { listsOf, timeZone, clock, domainsOf }: ActDeps,
  { link, finding }: Pick<Opened, 'link' | 'finding'>,
): Promise<Offer[]> {
  const domains = await domainsOf(link.tenantId);
  const lists = await listsOf(link.tenantId);
  return offersFor(finding, link, { lists, timeZone, now: clock.now(), domains });
}
