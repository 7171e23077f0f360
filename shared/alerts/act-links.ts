import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { DAY_MS } from '../expiry/status.ts';
import type { OpenTable } from '../storage/table.ts';
import { hashOf } from './ledger-keys.ts';
import { reasonSchema } from './reasons.ts';

const actLinkSchema = z.object({
  tenantId: z.string(),
  tenantName: z.string().nullable(),
  findingId: z.string(),
  /** The end of the credential that the mail was about. */
  expiresAt: z.string().nullable(),
  /** Whom the mail went to: acts are theirs. */
  address: z.string(),
  /** Why it went to them. A link of a version that did not say is one of an outsider, who may do least. */
  reason: reasonSchema.default('consumerContact'),
  createdAt: z.iso.datetime(),
  /** The link works until then. */
  endsAt: z.iso.datetime(),
});

export type ActLink = z.infer<typeof actLinkSchema>;
type ActLinkInput = Omit<ActLink, 'createdAt' | 'endsAt'>;

/** Links in mails (security rule 7): one recipient, one finding, one purpose. Only a SHA-256 of a token is stored. */
export interface ActLinks {
  /** Stores a link and gives its token, which exists only in this answer. */
  create(input: ActLinkInput): Promise<string>;
  /** Null for what is not, or no longer, a link; the reason is nobody's business. */
  open(token: string): Promise<ActLink | null>;
  /** Ends every link that this person has, or has for one finding. Gives how many there were. */
  revoke(of: { address: string; findingId?: string }): Promise<number>;
}

export interface ActLinksDeps {
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
}

/** How long a link works: some days more than the longest pause between two stages. */
export const LINK_DAYS = 35;

/** Keeps links in table `actlinks`: partition = recipient, so that theirs can be ended together. */
export function createActLinks({ openTable, clock, randomBytes }: ActLinksDeps): ActLinks {
  const table = openTable('actlinks', actLinkSchema);
  return {
    create: async (input) => {
      const now = clock.now();
      const partition = recipientKey(input.address);
      const secret = Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url');
      const token = `kta_${partition}_${secret}`;
      const endsAt = new Date(now.getTime() + LINK_DAYS * DAY_MS).toISOString();
      await table.put(partition, digestOf(token), {
        ...input,
        createdAt: now.toISOString(),
        endsAt,
      });
      return token;
    },
    open: async (token) => {
      const partition = TOKEN.exec(token)?.groups?.['recipient'];
      if (partition === undefined) return null;
      const row = await table.get(partition, digestOf(token));
      return row !== null && new Date(row.value.endsAt) > clock.now() ? row.value : null;
    },
    revoke: async ({ address, findingId }) => {
      let revoked = 0;
      const partition = recipientKey(address);
      for await (const { row, value } of table.list(partition)) {
        if (findingId !== undefined && value.findingId !== findingId) continue;
        await table.remove(partition, row);
        revoked += 1;
      }
      return revoked;
    },
  };
}

const TOKEN_BYTES = 32;
const TOKEN = /^kta_(?<recipient>[0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

function recipientKey(address: string): string {
  return hashOf([address.toLowerCase()]).slice(0, 16);
}

function digestOf(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
