import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Keyturn keys of the local installation. */
export interface LocalKeys {
  admin: string;
  reader: string;
}

interface KeyMaker {
  /** Address of Keyturn. */
  url: string;
  masterKey: string;
  now: () => Date;
  /** Where keys are kept for the next start; null: they live as long as the process. */
  dataDirectory: string | null;
}

interface KeptKey {
  key: string;
  expiresAt: string | null;
}

/**
 * The admin's and the reader's key, made over the product's own route with the host's master key (design §5) or kept
 * from the last start. Throws when the route does not answer as the contract says.
 */
export async function localKeys(maker: KeyMaker): Promise<LocalKeys> {
  const file = maker.dataDirectory === null ? null : path.join(maker.dataDirectory, 'keys.json');
  const kept = file === null ? {} : await readKept(file);
  const admin = await keptOrNew('admin', kept['admin'], maker);
  const reader = await keptOrNew('reader', kept['reader'], maker);
  if (file !== null) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ admin, reader }, null, 2), { mode: 0o600 });
  }
  return { admin: admin.key, reader: reader.key };
}

async function readKept(file: string): Promise<Partial<Record<string, KeptKey>>> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return {};
  }
}

async function keptOrNew(
  role: keyof LocalKeys,
  kept: KeptKey | undefined,
  { url, masterKey, now }: KeyMaker,
): Promise<KeptKey> {
  if (kept !== undefined && (kept.expiresAt === null || new Date(kept.expiresAt) > now()))
    return kept;
  // One of that name may be left from a start whose keys are lost.
  const name = kept === undefined ? `local-${role}` : `local-${role}-${now().getTime()}`;
  const response = await fetch(`${url}/api/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-functions-key': masterKey },
    body: JSON.stringify({ role, name }),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`POST /api/keys for the ${role} answered ${response.status}: ${text}`);
  const made: { key?: unknown; expiresAt?: unknown } = JSON.parse(text);
  if (typeof made.key !== 'string') throw new Error('POST /api/keys answered without a key');
  return {
    key: made.key,
    expiresAt: typeof made.expiresAt === 'string' ? made.expiresAt : null,
  };
}
