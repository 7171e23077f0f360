import { z } from 'zod';
import type { AlertItem } from './alert-item.ts';
import { digestSchema } from './digest-item.ts';

/** One list of a run: how much was read of it, and how much the last complete check of the tenant read. */
const listReadSchema = z.object({
  list: z.string(),
  read: z.number(),
  complete: z.boolean(),
  /** Null where no complete check is known, and for lists that are not counted. */
  before: z.number().nullable(),
});
export type ListRead = z.infer<typeof listReadSchema>;

const ofTenant = z.object({
  tenantId: z.string(),
  /** Null where the organization's name may not be read. */
  tenantName: z.string().nullable(),
});

/**
 * What operations are told about Keyturn itself; it goes to nobody else. Kept in the ledger while it waits, as
 * alert-item.ts is. Holds sentences, numbers and names from directories, never a secret.
 */
export const reportItemSchema = z.discriminatedUnion('kind', [
  /** A tenant was not read whole, or nothing may be concluded from what was read. */
  ofTenant.extend({
    kind: z.literal('coverageTrouble'),
    status: z.enum(['complete', 'partial', 'failed']),
    /** Read to its end, yet it saw so little that it is not believed. */
    suspicious: z.boolean(),
    lists: z.array(listReadSchema),
    /** Sentences that an admin can act on. */
    reasons: z.array(z.string()),
    since: z.iso.datetime(),
    /** True when operations were told about another trouble of this tenant, and it is this one now. */
    hasChanged: z.boolean(),
  }),
  /** A night read everything and found nothing. */
  z.object({
    kind: z.literal('allClear'),
    tenantId: z.string(),
    tenantName: z.null(),
    tenants: z.number(),
    applications: z.number(),
    servicePrincipals: z.number(),
    credentials: z.number(),
  }),
  digestSchema,
  /** A check did not start when it was due, and was started later. */
  z.object({
    kind: z.literal('catchUp'),
    tenantId: z.string(),
    tenantName: z.null(),
    dueAt: z.iso.datetime(),
    startedAt: z.iso.datetime(),
  }),
  /** Somebody made an administrator's key with the host's master key, although there was one. */
  z.object({
    kind: z.literal('masterKeyUsed'),
    tenantId: z.string(),
    tenantName: z.null(),
    /** Of the new key. */
    name: z.string(),
    at: z.iso.datetime(),
  }),
  /** Somebody signed in, or agreed, with a connect link. */
  z.object({
    kind: z.literal('connectLinkUsed'),
    tenantId: z.string(),
    tenantName: z.null(),
    connectionId: z.string(),
    result: z.string(),
    /** Who made the link, as the log names callers. */
    issuedBy: z.string(),
    at: z.iso.datetime(),
  }),
  /** A tenant is read whole again. */
  ofTenant.extend({
    kind: z.literal('coverageRestored'),
    lists: z.array(listReadSchema),
    since: z.iso.datetime(),
    until: z.iso.datetime(),
  }),
  /** Shows that a channel works: asked for (`keyturn test-alert`), or the one of every month. */
  ofTenant.extend({
    kind: z.literal('channelTest'),
    why: z.enum(['asked', 'monthly']),
    at: z.iso.datetime(),
  }),
  /** A channel failed for good with something that is about no credential. */
  ofTenant.extend({
    kind: z.literal('channelTrouble'),
    channel: z.string(),
    because: z.string(),
  }),
]);

export type ReportItem = z.infer<typeof reportItemSchema>;

export function isReport(item: AlertItem | ReportItem): item is ReportItem {
  return KINDS.has(item.kind);
}

const KINDS: ReadonlySet<string> = new Set(
  reportItemSchema.options.flatMap(({ shape }) => [...shape.kind.values]),
);
