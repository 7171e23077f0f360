import type { Clock } from '../clock.ts';
import type { ConnectionBody } from './connection-body.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { Connection } from './connection.ts';
import type { SecretVault } from './secret-vault.ts';

/** What an application proves itself with, as somebody enters it. */
export type Proof = Pick<ConnectionBody, 'clientSecret' | 'certificate'>;

export interface StoreProofDeps {
  vault: Pick<SecretVault, 'put'>;
  clock: Pick<Clock, 'now'>;
}

/** The vault name of a connection's secrets. */
export function secretName({ id, instance }: Pick<Connection, 'id' | 'instance'>): string {
  return `conn-${id}-${instance}-secret`;
}

/** So many secrets are tried: the one that was entered last, and those that it may still be waiting to replace. */
const MAX_SECRETS = 3;

export function newestSecrets(newestFirst: Connection['secrets']): Connection['secrets'] {
  return newestFirst.slice(0, MAX_SECRETS);
}

/** Puts a proof into the vault; gives where it lies, or nothing where there is none. Throws `vault_unavailable`. */
export async function storedProof(
  { vault, clock }: StoreProofDeps,
  place: Pick<Connection, 'id' | 'instance'>,
  { clientSecret, certificate }: Proof,
): Promise<Connection['secrets']> {
  const value = clientSecret ?? (certificate === undefined ? null : JSON.stringify(certificate));
  if (value === null) return [];
  const stored = await vault.put(secretName(place), value, {
    contentType:
      clientSecret === undefined
        ? 'application/vnd.keyturn.certificate'
        : 'application/vnd.keyturn.client-secret',
    tags: { connection: place.id, instance: place.instance },
  });
  const hint = clientSecret === undefined ? null : clientSecret.slice(0, 3);
  return [{ ...stored, hint, addedAt: clock.now().toISOString() }];
}

/**
 * Gives a connection one more client secret, which goes first. The value goes into the vault before its name is written
 * down. Null where somebody else changed the connection meanwhile.
 */
export async function addSecret(
  deps: StoreProofDeps & { connections: Pick<ConnectionStore, 'get' | 'replace'> },
  { id, instance }: Pick<Connection, 'id' | 'instance'>,
  clientSecret: string,
): Promise<Connection | null> {
  const added = await storedProof(deps, { id, instance }, { clientSecret });
  const row = await deps.connections.get(id);
  if (row === null || row.value.instance !== instance) return null;
  const secrets = newestSecrets([...added, ...row.value.secrets]);
  const changed = { ...row.value, secrets, updatedAt: deps.clock.now().toISOString() };
  return (await deps.connections.replace(row, changed)) ? changed : null;
}
