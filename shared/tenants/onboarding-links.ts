import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { OpenTable, Row } from '../storage/table.ts';

const onboardingLinkSchema = z.object({
  /** Fixed when the link is made: whatever comes back, it is this tenant that is looked at (security rule 15). */
  tenantId: z.string(),
  /** A tenant that was added anew has nothing to do with the links of the one before. */
  instance: z.string(),
  /** Who made it, as the log names callers. */
  issuedBy: z.string(),
  createdAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  /** When the tenant was read for the first time because of it; it opens nothing from then on. */
  usedAt: z.iso.datetime().nullable(),
});
export type OnboardingLink = z.infer<typeof onboardingLinkSchema>;

/** Links that ask an administrator of a tenant to agree (security rule 7). Only a SHA-256 of a token is stored. */
export interface OnboardingLinks {
  /** Stores a link and gives its token, which exists only in this answer. */
  create(
    input: Pick<OnboardingLink, 'tenantId' | 'instance' | 'issuedBy'>,
  ): Promise<{ token: string; endsAt: string }>;
  /** Null for what is not, or no longer, a link; the reason is nobody's business. */
  open(token: string): Promise<Row<OnboardingLink> | null>;
  use(tenantId: string, linkHash: string): Promise<void>;
  /** Ends every link of a tenant. */
  revoke(tenantId: string): Promise<void>;
}

export interface OnboardingLinksDeps {
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
}

/** Security rule 7. */
const LINK_HOURS = 72;
const TOKEN_BYTES = 32;
const TOKEN = /^kto_(?<tenantId>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})_[A-Za-z0-9_-]{43}$/;

/** Whether a token is one of these, so that nothing else is asked about it. */
export function isOnboardingToken(token: string): boolean {
  return token.startsWith('kto_');
}

/** Keeps links in table `tenantlinks`: partition = tenant, row = SHA-256 of the token. */
export function createOnboardingLinks({
  openTable,
  clock,
  randomBytes,
}: OnboardingLinksDeps): OnboardingLinks {
  const table = openTable('tenantlinks', onboardingLinkSchema);
  return {
    create: async (input) => {
      const secret = Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url');
      const token = `kto_${input.tenantId}_${secret}`;
      const now = clock.now();
      const endsAt = new Date(now.getTime() + LINK_HOURS * 3_600_000).toISOString();
      const link = { ...input, createdAt: now.toISOString(), endsAt, usedAt: null };
      await table.put(input.tenantId, digestOf(token), link);
      return { token, endsAt };
    },
    open: async (token) => {
      const tenantId = TOKEN.exec(token)?.groups?.['tenantId'];
      if (tenantId === undefined) return null;
      const row = await table.get(tenantId, digestOf(token));
      const isOpen =
        row !== null && row.value.usedAt === null && new Date(row.value.endsAt) > clock.now();
      return isOpen ? row : null;
    },
    use: async (tenantId, linkHash) => {
      const row = await table.get(tenantId, linkHash);
      if (row === null) return;
      // Whoever is faster uses it up just as well.
      await table.replace(row, { ...row.value, usedAt: clock.now().toISOString() });
    },
    revoke: async (tenantId) => {
      for await (const { partition, row } of table.list(tenantId))
        await table.remove(partition, row);
    },
  };
}

function digestOf(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
