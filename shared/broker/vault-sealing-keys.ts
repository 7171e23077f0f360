import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { SecretVault } from '../connections/secret-vault.ts';
import { AppError } from '../errors.ts';
import type { OpenTable, Row, Table } from '../storage/table.ts';
import type { SealingKey } from './sealing.ts';
import type { SealingKeys } from './sealing-keys.ts';

export interface VaultSealingKeysDeps {
  vault: SecretVault;
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
}

export interface RotatingSealingKeys extends SealingKeys {
  /** Makes a new key and seals with it from now on; other instances follow within five minutes. */
  rotate(): Promise<void>;
  /** Rotates a key that has sealed for a year; false where there is none so old, or another instance has just done it. */
  rotateWhenOld(): Promise<boolean>;
}

const NAME = 'keyturn-sealing-key';
/** AES-256. */
const KEY_BYTES = 32;
const CACHED_MS = 5 * 60_000;
const ROTATE_AFTER_DAYS = 365;
const DAY_MS = 86_400_000;
const POINTER = { partition: 'sealing', row: 'current' } as const;

const pointerSchema = z.object({ version: z.string(), since: z.iso.datetime() });
type Pointer = z.infer<typeof pointerSchema>;

/**
 * Sealing keys as versions of one secret in Key Vault; a row says which of them seals. The row is inserted once, so of
 * two instances that make the first key at the same time one wins and the other one takes its key (security rule 17).
 */
export function vaultSealingKeys(deps: VaultSealingKeysDeps): RotatingSealingKeys {
  const { vault, openTable, clock } = deps;
  const pointers = openTable('sealing', pointerSchema);
  const keys = new Map<string, SealingKey>();
  let current: { version: string; readAtMs: number } | null = null;

  const byId = async (keyId: string): Promise<SealingKey | null> => {
    const known = keys.get(keyId);
    if (known !== undefined) return known;
    const value = await vault.get({ name: NAME, version: keyId });
    if (value === null) return null;
    const key = { keyId, key: Buffer.from(value, 'base64') };
    keys.set(keyId, key);
    return key;
  };
  const pointer = () => pointers.get(POINTER.partition, POINTER.row);
  const use = async ({ version }: Pointer): Promise<SealingKey> => {
    const key = await byId(version);
    if (key === null) throw new AppError('vault_unavailable', GONE);
    current = { version, readAtMs: clock.now().getTime() };
    return key;
  };

  const rotated = async (found: Row<Pointer> | null): Promise<boolean> => {
    current = null;
    return turned(pointers, found, await newPointer(deps));
  };

  return {
    byId,
    current: async () => {
      if (current !== null && clock.now().getTime() - current.readAtMs < CACHED_MS) {
        const known = keys.get(current.version);
        if (known !== undefined) return known;
      }
      const found = await pointer();
      if (found !== null) return use(found.value);
      const made = await newPointer(deps);
      if (await pointers.insert(POINTER.partition, POINTER.row, made)) return use(made);
      return use(((await pointer()) ?? { value: made }).value);
    },
    rotate: async () => {
      if (!(await rotated(await pointer())))
        throw new AppError('conflict', 'Another instance has just made a new key.');
    },
    rotateWhenOld: async () => {
      const found = await pointer();
      if (found === null) return false;
      const ageMs = clock.now().getTime() - Date.parse(found.value.since);
      return ageMs >= ROTATE_AFTER_DAYS * DAY_MS && rotated(found);
    },
  };
}

/** Puts a new key in force over the pointer that was read, or over none; false when somebody else was faster. */
async function turned(
  pointers: Table<Pointer>,
  found: Row<Pointer> | null,
  made: Pointer,
): Promise<boolean> {
  return found === null
    ? pointers.insert(POINTER.partition, POINTER.row, made)
    : pointers.replace(found, made);
}

async function newPointer({ vault, clock, randomBytes }: VaultSealingKeysDeps): Promise<Pointer> {
  const value = Buffer.from(randomBytes(KEY_BYTES)).toString('base64');
  const { version } = await vault.put(NAME, value, {
    contentType: 'application/vnd.keyturn.sealing-key',
    tags: {},
  });
  return { version, since: clock.now().toISOString() };
}

const GONE =
  'The key that seals the shared tokens is gone from the key vault. Bring back the secret keyturn-sealing-key, or make a new one with: keyturn sealing-key new. Tokens are then got anew with the copies in the vault.';
