import { hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { OpenTable, Row, Table } from '../storage/table.ts';

/** What may be told of a key. */
export interface KeyInfo {
  name: string;
  /** `admin`, `reader`, or the id of the one connection whose tokens it fetches. */
  scope: string;
  createdAt: Date;
  expiresAt: Date;
}

/** A key with its text, which exists only in this answer: nobody can read it again. */
interface NewKey extends KeyInfo {
  key: string;
}

/** Keys that share their names. Only a SHA-256 of a key is stored (security rule 2). */
export interface KeyRing {
  /** Throws AppError `conflict` when a valid key has the name already, `bad_request` for a date that is past. */
  create(wanted: { scope: string; name: string; expiresAt?: Date | undefined }): Promise<NewKey>;
  /** By name, expired ones too. */
  list(): Promise<KeyInfo[]>;
  /** False when there is no such key. Other instances may accept it for up to 30 seconds more. */
  revoke(name: string): Promise<boolean>;
  /** Null for what is not, or no longer, a key; the reason is nobody's business. */
  verify(text: string): Promise<KeyInfo | null>;
}

export interface KeyRingDeps {
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
}

/** Every key, of roles and of connections, expired ones too. */
export async function* everyKey(openTable: OpenTable): AsyncIterable<KeyInfo> {
  for await (const { row, value } of openTable('keys', keyRecord).all()) yield infoOf(row, value);
}

/** Names of keys, and the ids of connections, have no underscore: it separates the parts of a key. */
export const KEY_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/**
 * Keys in a partition of the table `keys`. A record that was read counts for at most 30 seconds (security rule 8).
 */
export function createKeyRing(
  { openTable, clock, randomBytes }: KeyRingDeps,
  partition: string,
): KeyRing {
  const table = openTable('keys', keyRecord);
  const cached = new Map<string, { record: KeyRecord; readAt: number }>();

  const read = async (name: string): Promise<KeyRecord | null> => {
    const row = await table.get(partition, name);
    cached.delete(name);
    if (row !== null) cached.set(name, { record: row.value, readAt: clock.now().getTime() });
    return row?.value ?? null;
  };
  const recordOf = async (name: string, key: string): Promise<KeyRecord | null> => {
    const entry = cached.get(name);
    const isFresh = entry !== undefined && clock.now().getTime() - entry.readAt < CACHED_MS;
    if (isFresh && matches(entry.record, key)) return entry.record;
    // A key may have been replaced under its name a moment ago on another instance, so a miss asks the table.
    const record = await read(name);
    return record !== null && matches(record, key) ? record : null;
  };

  return {
    create: async (wanted) => {
      cached.delete(wanted.name);
      return createKey({ table, partition, clock, randomBytes }, wanted);
    },
    list: async () => {
      const keys: KeyInfo[] = [];
      for await (const { row, value } of table.list(partition)) keys.push(infoOf(row, value));
      return keys;
    },
    revoke: async (name) => {
      cached.delete(name);
      if (!KEY_NAME.test(name) || (await table.get(partition, name)) === null) return false;
      await table.remove(partition, name);
      return true;
    },
    verify: async (text) => {
      const { scope, name } = KEY.exec(text)?.groups ?? {};
      if (name === undefined) return null;
      const record = await recordOf(name, text);
      if (record === null || record.role !== scope) return null;
      const info = infoOf(name, record);
      return info.expiresAt > clock.now() ? info : null;
    },
  };
}

interface Ring extends Pick<KeyRingDeps, 'clock' | 'randomBytes'> {
  table: Table<KeyRecord>;
  partition: string;
}

async function createKey(
  { table, partition, clock, randomBytes }: Ring,
  { scope, name, expiresAt = aYearAfter(clock.now()) }: Parameters<KeyRing['create']>[0],
): Promise<NewKey> {
  const createdAt = clock.now();
  if (expiresAt <= createdAt) throw new AppError('bad_request', 'The end of a key is ahead.');
  const key = `kt_${scope}_${name}_${Buffer.from(randomBytes(KEY_BYTES)).toString('base64url')}`;
  const record = { role: scope, digest: digestOf(key), ...instants({ createdAt, expiresAt }) };
  if (!(await store({ table, partition, name }, record, createdAt)))
    throw new AppError('conflict', `A key named "${name}" exists. Revoke it first.`);
  return { name, scope, key, createdAt, expiresAt };
}

const KEY_BYTES = 32;
const CACHED_MS = 30_000;
const KEY = /^kt_(?<scope>[a-z0-9-]{1,40})_(?<name>[a-z0-9-]{1,40})_[A-Za-z0-9_-]{43}$/;

const keyRecord = z.object({
  /** The scope; called so since there were roles only. */
  role: z.string(),
  /** base64url of the SHA-256 of the whole key. 256 random bits need no salt and no slow hash. */
  digest: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});

type KeyRecord = z.infer<typeof keyRecord>;

/** Creates the record; false when a key of this name is still valid. An expired one is replaced. */
async function store(
  { table, partition, name }: { table: Table<KeyRecord>; partition: string; name: string },
  record: KeyRecord,
  now: Date,
): Promise<boolean> {
  if (await table.insert(partition, name, record)) return true;
  const current: Row<KeyRecord> | null = await table.get(partition, name);
  if (current === null || new Date(current.value.expiresAt) > now) return false;
  return table.replace(current, record);
}

function matches(record: KeyRecord, key: string): boolean {
  // Digests have one length, so the comparison takes one time.
  return timingSafeEqual(Buffer.from(record.digest), Buffer.from(digestOf(key)));
}

function digestOf(key: string): string {
  return hash('sha256', key, 'base64url');
}

function infoOf(name: string, { role, createdAt, expiresAt }: KeyRecord): KeyInfo {
  return { name, scope: role, createdAt: new Date(createdAt), expiresAt: new Date(expiresAt) };
}

function instants({ createdAt, expiresAt }: Pick<KeyInfo, 'createdAt' | 'expiresAt'>) {
  return { createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}

function aYearAfter(now: Date): Date {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end;
}
