import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Answered } from './product-client.ts';

/** A key as it was shown once, with the end that its maker said. */
export interface KeptKey {
  key: string;
  expiresAt: string | null;
}

/** Where keys are kept for the next start. */
export interface KeyFile {
  /** Null: they live as long as the process. */
  dataDirectory: string | null;
  name: string;
}

/** The keys of an earlier start that have not expired, by name; none where the file is missing or unreadable. */
export async function readKeptKeys(
  { dataDirectory, name }: KeyFile,
  now: Date,
): Promise<Partial<Record<string, KeptKey>>> {
  if (dataDirectory === null) return {};
  try {
    const text = await readFile(path.join(dataDirectory, name), 'utf8');
    const kept = Object.entries(JSON.parse(text) as Record<string, KeptKey>);
    return Object.fromEntries(
      kept.filter(([, { expiresAt }]) => expiresAt === null || new Date(expiresAt) > now),
    );
  } catch {
    return {};
  }
}

export async function keepKeys(
  { dataDirectory, name }: KeyFile,
  keys: Record<string, KeptKey>,
): Promise<void> {
  if (dataDirectory === null) return;
  await mkdir(dataDirectory, { recursive: true });
  await writeFile(path.join(dataDirectory, name), JSON.stringify(keys, null, 2), { mode: 0o600 });
}

/** Asks the product for a key of a name; 201 and 409 are its answers. */
export type MakeKey = (name: string) => Promise<Answered>;

/**
 * A new key of this name, or of the next free one: a start whose keys are lost may have left one. Throws when the
 * product gives none.
 */
export async function newKey(name: string, make: MakeKey): Promise<KeptKey> {
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    const { status, body } = await make(number === 1 ? name : `${name}-${number}`);
    if (status === 409) continue;
    const { key, expiresAt } = body;
    if (typeof key !== 'string') break;
    return { key, expiresAt: typeof expiresAt === 'string' ? expiresAt : null };
  }
  throw new Error(`Keyturn gave no key "${name}"`);
}

const MOST_NAMES = 100;
