import { z } from 'zod';
import { alertItemSchema } from './alert-item.ts';
import { reportItemSchema } from './report-item.ts';

const common = z.object({
  channel: z.string(),
  address: z.string(),
  scope: z.string(),
  tenantId: z.string(),
  findingId: z.string(),
  stage: z.number(),
  /** The night that planned it. */
  nightId: z.string(),
  plannedAt: z.iso.datetime(),
  /** Tries that the channel refused or failed; being throttled is not one. */
  attempts: z.number(),
});

const waiting = common.extend({
  /** Not to be tried before this instant. */
  notBefore: z.iso.datetime(),
  item: z.union([alertItemSchema, reportItemSchema]),
});

/** One warning to one recipient at one stage, from its planning to its end. */
export const ledgerRowSchema = z.discriminatedUnion('state', [
  waiting.extend({ state: z.literal('planned') }),
  /** Somebody is sending it, and has until `claimedUntil`; after that anybody may claim it again. */
  waiting.extend({
    state: z.literal('claimed'),
    claimId: z.string(),
    claimedUntil: z.iso.datetime(),
  }),
  common.extend({ state: z.literal('sent'), sentAt: z.iso.datetime(), messageId: z.string() }),
  common.extend({ state: z.literal('gaveUp'), gaveUpAt: z.iso.datetime(), because: z.string() }),
]);

export type LedgerRow = z.infer<typeof ledgerRowSchema>;
export type PlannedRow = Extract<LedgerRow, { state: 'planned' }>;
type ClaimedRow = Extract<LedgerRow, { state: 'claimed' }>;
/** A row whose message has not gone out yet. */
export type OpenRow = PlannedRow | ClaimedRow;

export function isOpen(row: LedgerRow): row is OpenRow {
  return row.state === 'planned' || row.state === 'claimed';
}

/** True when anybody may try to send it now. */
export function isDue(row: OpenRow, now: Date): boolean {
  return Date.parse(row.state === 'planned' ? row.notBefore : row.claimedUntil) <= now.getTime();
}

/** True while somebody is sending it. */
export function isBusy(row: OpenRow, now: Date): boolean {
  return row.state === 'claimed' && !isDue(row, now);
}

/** What stays of a row when its state changes; the item goes along only while it waits. */
export function factsOf(row: LedgerRow): z.infer<typeof common> {
  const { channel, address, scope, tenantId, findingId, stage, nightId, plannedAt, attempts } = row;
  return { channel, address, scope, tenantId, findingId, stage, nightId, plannedAt, attempts };
}
