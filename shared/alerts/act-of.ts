import type { Finding } from '../checks/finding.ts';
import { AppError } from '../errors.ts';
import type { Offer } from './act-choices.ts';
import { isSameAddress, type Act } from './act.ts';
import { isAddress } from './address.ts';

/** What the holder of a link chose, and what they said about it. */
export interface Chosen {
  choice: Offer['choice'];
  until?: string | undefined;
  /** Ids of places that were offered. */
  places?: readonly string[] | undefined;
  /** Another place, in their words. */
  place?: string | undefined;
  to?: string | undefined;
  because?: string | undefined;
}

type Common = Pick<Act, 'tenantId' | 'findingId' | 'expiresAt' | 'by' | 'at'>;

/**
 * The act that a choice amounts to. Throws `bad_request`, with a pointer, for what was not offered like that; it quotes
 * nothing of what was sent.
 */
export function actOf(
  common: Common,
  { offer, finding }: { offer: Offer; finding: Pick<Finding, 'supersededBy'> },
  chosen: Chosen,
): Act {
  return ACTS[offer.choice]({ common, offer, finding, chosen });
}

interface Given {
  common: Common;
  offer: Offer;
  finding: Pick<Finding, 'supersededBy'>;
  chosen: Chosen;
}

const ACTS: Record<Offer['choice'], (given: Given) => Act> = {
  entered: ({ common, offer, finding, chosen }) => ({
    ...common,
    kind: 'entered',
    places: placesOf(offer, chosen),
    keyId: finding.supersededBy,
  }),
  promise: ({ common, offer, chosen }) => ({
    ...common,
    kind: 'promised',
    until: dayWithin(offer, chosen),
  }),
  passOn: ({ common, offer, chosen }) => ({
    ...common,
    kind: 'passedOn',
    to: addressWithin(offer, chosen, common.by),
  }),
  askAdmin: ({ common, chosen }) => ({
    ...common,
    kind: 'askedAdmin',
    because: chosen.because ?? '',
  }),
  snooze: ({ common, offer, chosen }) => ({
    ...common,
    kind: 'snoozed',
    until: dayWithin(offer, chosen),
  }),
};

function dayWithin({ until: allowed }: Offer, { until }: Chosen): string {
  if (until !== undefined && allowed !== undefined) {
    if (until >= allowed.min && until <= allowed.max) return until;
  }
  throw refused('/until', `Give a day from ${allowed?.min ?? ''} to ${allowed?.max ?? ''}.`);
}

function addressWithin({ domains = [] }: Offer, { to = '' }: Chosen, by: string): string {
  const domain = to.slice(to.lastIndexOf('@') + 1).toLowerCase();
  if (!isAddress(to) || !domains.some((one) => one.toLowerCase() === domain)) {
    throw refused('/to', `Give a mail address in one of these domains: ${domains.join(', ')}.`);
  }
  if (isSameAddress(to, by)) throw refused('/to', 'Give the address of somebody else.');
  return to;
}

function placesOf(
  { places: offered = [], onlyThese }: Offer,
  { places: ids = [], place }: Chosen,
): Extract<Act, { kind: 'entered' }>['places'] {
  const named = [...new Set(ids)].map((id) => {
    const known = offered.find((one) => one.id === id);
    if (known === undefined) throw refused('/places', 'Name places that were offered.');
    return known;
  });
  if (place !== undefined && onlyThese === true)
    throw refused('/place', 'Name places that were offered.');
  const other = place === undefined ? [] : [{ id: null, name: place }];
  const all = [...named, ...other];
  if (all.length === 0) throw refused('/places', 'Say where it was entered.');
  return all;
}

function refused(pointer: string, detail: string): AppError {
  return new AppError('bad_request', detail, { errors: [{ pointer, detail }] });
}
