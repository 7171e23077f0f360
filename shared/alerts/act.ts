import { z } from 'zod';

const common = z.object({
  tenantId: z.string(),
  findingId: z.string(),
  /** The end of the credential when it was said; what is said about one end does not count for a later one. */
  expiresAt: z.string().nullable(),
  /** The recipient of the link. */
  by: z.string(),
  at: z.iso.datetime(),
});

/** What somebody who was warned has said about it, over the link in their mail. Acts are kept and never changed. */
export const actSchema = z.discriminatedUnion('kind', [
  /** The replacement is in these places now. It may mute warnings; it never allows removing anything. */
  common.extend({
    kind: z.literal('entered'),
    /** Null for one that was not offered. */
    places: z.array(z.object({ id: z.string().nullable(), name: z.string() })),
    /** The replacement, where one was seen. */
    keyId: z.string().nullable(),
  }),
  /** Will be done by the end of this day, in the installation's time zone. */
  common.extend({ kind: z.literal('promised'), until: z.iso.date() }),
  common.extend({ kind: z.literal('passedOn'), to: z.string() }),
  common.extend({ kind: z.literal('askedAdmin'), because: z.string() }),
  /** No mail to this person before this day. */
  common.extend({ kind: z.literal('snoozed'), until: z.iso.date() }),
]);

export type Act = z.infer<typeof actSchema>;

/** The part of an act that others may read in their messages. */
export const actNoteSchema = z.object({
  kind: z.enum(['entered', 'promised', 'passedOn', 'askedAdmin', 'snoozed']),
  by: z.string(),
  at: z.string(),
  until: z.string().nullable(),
  to: z.string().nullable(),
  places: z.array(z.string()),
});

export type ActNote = z.infer<typeof actNoteSchema>;

export function noteOf(act: Act): ActNote {
  return {
    kind: act.kind,
    by: act.by,
    at: act.at,
    until: 'until' in act ? act.until : null,
    to: act.kind === 'passedOn' ? act.to : null,
    places: act.kind === 'entered' ? act.places.map(({ name }) => name) : [],
  };
}

/** True when two addresses are those of one mailbox to us. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
