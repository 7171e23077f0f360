import type { Asked } from '../alerts/act-by-link.ts';
import type { Offer } from '../alerts/act-choices.ts';
import { actWords } from '../alerts/mail-acts.ts';
import { credentialWords } from '../alerts/mail-card.ts';
import { whenOf } from '../alerts/mail-when.ts';
import { displayText } from '../display-text.ts';
import type { ActAnswer } from './act-schemas.ts';

/** What the holder of a link is told: no more than their mail said, and what was said since. */
export function toActAnswer(
  { finding, tenantName, address, offers, said }: Asked,
  { now, timeZone }: { now: Date; timeZone: string },
): ActAnswer {
  const { id, tenantId, expiresAt, closedAt, holder, name } = finding;
  const { full } = whenOf(expiresAt, now, timeZone);
  return {
    finding: {
      id,
      tenantId,
      tenantName: tenantName === null ? null : displayText(tenantName),
      title: displayText(holder.displayName ?? name),
      when: full.charAt(0).toUpperCase() + full.slice(1),
      what: credentialWords(finding),
      expiresAt,
      closedAt,
    },
    for: address,
    choices: offers.map(choiceOf),
    said: said.map((note) => actWords(note, timeZone)),
  };
}

function choiceOf({ places, domains, ...offer }: Offer): ActAnswer['choices'][number] {
  return {
    ...offer,
    ...(places === undefined
      ? {}
      : { places: places.map(({ id, name }) => ({ id, name: displayText(name) })) }),
    ...(domains === undefined ? {} : { domains: [...domains] }),
  };
}
