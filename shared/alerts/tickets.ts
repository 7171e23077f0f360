import { z } from 'zod';
import type { OpenTable } from '../storage/table.ts';
import { hashOf } from './ledger-keys.ts';

/** One ticket per secret in somebody's ticket system, as far as we have asked for it to be opened or resolved. */
const ticketSchema = z.object({
  tenantId: z.string(),
  findingId: z.string(),
  state: z.enum(['open', 'resolved']),
  /** Counts how often the same secret needed somebody: a ticket that was resolved may be opened again. */
  episode: z.number(),
  /** What the warning that opened it was about; the others are its further stages. */
  openedBy: z.object({ stage: z.number(), expiresAt: z.string().nullable() }),
  changedAt: z.iso.datetime(),
});

export type Ticket = z.infer<typeof ticketSchema>;

export interface TicketStore {
  /** The open ticket of a finding; opens one where there is none. Told twice, it gives the same one. */
  opened(wanted: Pick<Ticket, 'tenantId' | 'findingId' | 'openedBy'>, at: Date): Promise<Ticket>;
  /** A tenant's tickets that are open. */
  open(tenantId: string): AsyncIterable<Ticket>;
  /** To be called when "resolved" has been planned. */
  resolve(ticket: Ticket, at: Date): Promise<void>;
}

/** Tickets over table `alerttickets`, partition = tenant. */
export function ticketStore(openTable: OpenTable): TicketStore {
  const table = openTable('alerttickets', ticketSchema);
  return {
    opened: async ({ tenantId, findingId, openedBy }, at) => {
      const row = rowOf(findingId);
      for (;;) {
        const current = await table.get(tenantId, row);
        if (current?.value.state === 'open') return current.value;
        const episode = (current?.value.episode ?? 0) + 1;
        const changedAt = at.toISOString();
        const next: Ticket = { tenantId, findingId, state: 'open', episode, openedBy, changedAt };
        const isOurs =
          current === null
            ? await table.insert(tenantId, row, next)
            : await table.replace(current, next);
        if (isOurs) return next;
      }
    },
    open: async function* (tenantId) {
      for await (const { value } of table.list(tenantId)) if (value.state === 'open') yield value;
    },
    resolve: async ({ tenantId, findingId, episode }, at) => {
      const current = await table.get(tenantId, rowOf(findingId));
      if (current?.value.episode !== episode) return;
      const changedAt = at.toISOString();
      // Somebody who was faster has resolved it too, or opened it again for a good reason.
      await table.replace(current, { ...current.value, state: 'resolved', changedAt });
    },
  };
}

/** Names the ticket of a secret to a ticket system; the same for ever. */
export function dedupKeyOf({
  tenantId,
  findingId,
}: {
  tenantId: string;
  findingId: string;
}): string {
  return `keyturn-${hashOf(['ticket', tenantId, findingId]).slice(0, 32)}`;
}

function rowOf(findingId: string): string {
  return hashOf([findingId]);
}
