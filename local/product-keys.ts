import { keepKeys, newKey, readKeptKeys } from './kept-keys.ts';
import { callProduct } from './product-client.ts';

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

/**
 * The admin's and the reader's key, made over the product's own route with the host's master key (design §5) or kept
 * from the last start. Throws when the route does not answer as the contract says.
 */
export async function localKeys(maker: KeyMaker): Promise<LocalKeys> {
  const file = { dataDirectory: maker.dataDirectory, name: 'keys.json' };
  const kept = await readKeptKeys(file, maker.now());
  const admin = kept['admin'] ?? (await newRoleKey('admin', maker));
  const reader = kept['reader'] ?? (await newRoleKey('reader', maker));
  await keepKeys(file, { admin, reader });
  return { admin: admin.key, reader: reader.key };
}

function newRoleKey(role: keyof LocalKeys, { url, masterKey }: KeyMaker) {
  return newKey(`local-${role}`, (name) =>
    callProduct('POST', `${url}/api/keys`, {
      headers: { 'x-functions-key': masterKey },
      body: { role, name },
      expected: [201, 409],
    }),
  );
}
