import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { OpenTable, Row, Table } from '../storage/table.ts';
import {
  authorizationResultSchema,
  expectedUserSchema,
  type AuthorizationResult,
} from './authorization-request.ts';

const connectLinkSchema = z.object({
  /** What its holder is asked for: to sign in for the connection, or to agree for their organisation. */
  purpose: z.enum(['signIn', 'adminConsent']),
  connectionId: z.string(),
  /** A connection that was made anew has nothing to do with the links of the one before. */
  instance: z.string(),
  /** Who has to sign in; null: whoever did last time, or with `anybody` whoever an administrator approves then. */
  expected: expectedUserSchema.nullable(),
  anybody: z.boolean(),
  /** The name of that account, for people and for the sign-in page's field. */
  account: z.string().nullable(),
  /** Who made it, as the log names callers. */
  issuedBy: z.string(),
  createdAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  /** How many sign-ins were begun with it. */
  begun: z.number(),
  lastResult: authorizationResultSchema.nullable(),
  /** When it led to what it was made for; it opens nothing from then on. */
  usedAt: z.iso.datetime().nullable(),
});
export type ConnectLink = z.infer<typeof connectLinkSchema>;

type ConnectLinkInput = Omit<
  ConnectLink,
  'createdAt' | 'endsAt' | 'begun' | 'lastResult' | 'usedAt'
>;

/** Links that ask somebody to sign in (security rule 7). Only a SHA-256 of a token is stored. */
export interface ConnectLinks {
  /** Stores a link and gives its token, which exists only in this answer. */
  create(input: ConnectLinkInput): Promise<{ token: string; endsAt: string }>;
  /** Null for what is not, or no longer, a link; the reason is nobody's business. */
  open(token: string): Promise<Row<ConnectLink> | null>;
  /** Counts a sign-in that begins. False when the link was used up meanwhile. */
  begin(link: Row<ConnectLink>): Promise<boolean>;
  /** Notes how a sign-in by it ended, and uses it up where `isUsed` says so. Gives the link, if it is still there. */
  end(
    key: { connectionId: string; linkHash: string },
    outcome: { result: AuthorizationResult; isUsed: (link: ConnectLink) => boolean },
  ): Promise<ConnectLink | null>;
  /** Ends every link of a connection. */
  revoke(connectionId: string): Promise<void>;
}

export interface ConnectLinksDeps {
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
}

/** Security rule 7. */
const LINK_HOURS = 72;
const TOKEN_BYTES = 32;
const TOKEN = /^ktc_(?<connectionId>[a-z0-9-]{2,40})_[A-Za-z0-9_-]{43}$/;

/** Whether a token is one of these, so that nothing else is asked about it. */
export function isConnectToken(token: string): boolean {
  return token.startsWith('ktc_');
}

/** Keeps links in table `connectlinks`: partition = connection, row = SHA-256 of the token. */
export function createConnectLinks({
  openTable,
  clock,
  randomBytes,
}: ConnectLinksDeps): ConnectLinks {
  const table = openTable('connectlinks', connectLinkSchema);
  const isOpen = ({ usedAt, endsAt }: ConnectLink) =>
    usedAt === null && new Date(endsAt) > clock.now();
  return {
    create: async (input) => {
      const secret = Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url');
      const token = `ktc_${input.connectionId}_${secret}`;
      const link = newLink(input, clock.now());
      await table.put(input.connectionId, digestOf(token), link);
      return { token, endsAt: link.endsAt };
    },
    open: async (token) => {
      const connectionId = TOKEN.exec(token)?.groups?.['connectionId'];
      if (connectionId === undefined) return null;
      const row = await table.get(connectionId, digestOf(token));
      return row !== null && isOpen(row.value) ? row : null;
    },
    begin: async ({ partition, row }) =>
      (await changed(table, [partition, row], (link) =>
        isOpen(link) ? { ...link, begun: link.begun + 1 } : null,
      )) !== null,
    end: async ({ connectionId, linkHash }, { result, isUsed }) =>
      changed(table, [connectionId, linkHash], (link) => ({
        ...link,
        lastResult: result,
        usedAt: isUsed(link) ? (link.usedAt ?? clock.now().toISOString()) : link.usedAt,
      })),
    revoke: async (connectionId) => {
      for await (const { partition, row } of table.list(connectionId))
        await table.remove(partition, row);
    },
  };
}

function newLink(input: ConnectLinkInput, now: Date): ConnectLink {
  return {
    ...input,
    createdAt: now.toISOString(),
    endsAt: new Date(now.getTime() + LINK_HOURS * 3_600_000).toISOString(),
    begun: 0,
    lastResult: null,
    usedAt: null,
  };
}

/** Writes what `next` makes of a link, until nobody interferes. Null where it is gone, or `next` says no. */
async function changed(
  table: Table<ConnectLink>,
  key: [connectionId: string, linkHash: string],
  next: (link: ConnectLink) => ConnectLink | null,
): Promise<ConnectLink | null> {
  for (;;) {
    const row = await table.get(...key);
    const link = row === null ? null : next(row.value);
    if (row === null || link === null) return null;
    if (await table.replace(row, link)) return link;
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
