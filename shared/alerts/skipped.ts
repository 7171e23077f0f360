import { z } from 'zod';
import type { Owner, RelatedPerson } from '../credentials/directory-object.ts';
import { isAddress } from './address.ts';
import { reasonSchema } from './reasons.ts';

const becauseSchema = z.enum([
  'disabled',
  'group',
  'program',
  'foreignDomain',
  'guestWithoutMail',
  'notReadable',
  'noMailbox',
  'noAddress',
]);

/** Somebody who was thought of and is not told. */
export const skippedSchema = z.object({
  /** Hostile text: a name, an address or an id. */
  who: z.string(),
  /** Why they were thought of. */
  reason: reasonSchema,
  because: becauseSchema,
});
export type SkippedPerson = z.infer<typeof skippedSchema>;

type Because = z.infer<typeof becauseSchema>;

/** Why no mail goes to this person; null when it does. */
export function skippedBecause(
  person: Owner & { refused?: RelatedPerson['refused'] },
): Because | null {
  const { type, accountEnabled, refused, address } = person;
  if (accountEnabled === false && type !== 'servicePrincipal') return 'disabled';
  if (refused === 'foreignDomain') return 'foreignDomain';
  if (address !== null && isAddress(address)) return null;
  return withoutAddress(person);
}

function withoutAddress({ type, doubt, displayName, id, address }: Owner): Because {
  if (type === 'group') return 'group';
  if (type === 'servicePrincipal') return 'program';
  if (doubt === 'guestWithoutMail') return 'guestWithoutMail';
  if (address !== null || id === null) return 'noAddress';
  // Graph shows nothing but the id of somebody whom it may not show (limited information).
  return displayName === null ? 'notReadable' : 'noMailbox';
}
