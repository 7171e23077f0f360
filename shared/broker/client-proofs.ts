import { z } from 'zod';
import type { Connection } from '../connections/connection.ts';
import type { SecretVault, SecretVersion } from '../connections/secret-vault.ts';
import type { ClientProof } from './token-provider.ts';

export interface ClientProofsDeps {
  vault: Pick<SecretVault, 'get'>;
  /** The managed identity's word for the application (workload identity federation), for a cloud's token endpoint. */
  federatedAssertion: () => Promise<string>;
}

const certificateSchema = z.object({ privateKey: z.string(), certificate: z.string() });

/**
 * What the application can prove itself with, newest first; a version that is gone from the vault is passed over. A
 * federated connection has one proof that never ends and is given to Entra alone (security rule 11).
 */
export async function clientProofs(
  { vault, federatedAssertion }: ClientProofsDeps,
  {
    credential,
    secrets,
    kind,
  }: Pick<Connection, 'credential' | 'kind'> & { secrets: readonly SecretVersion[] },
): Promise<ClientProof[]> {
  if (credential.type === 'federated') {
    if (kind === 'oauth2') return [];
    return [{ type: 'assertion', id: 'federated', assertion: federatedAssertion }];
  }
  const proofs: ClientProof[] = [];
  for (const { name, version } of secrets) {
    const value = await vault.get({ name, version });
    if (value === null) continue;
    proofs.push(
      credential.type === 'secret'
        ? { type: 'secret', id: version, value }
        : { type: 'certificate', id: version, ...certificateSchema.parse(JSON.parse(value)) },
    );
  }
  return proofs;
}
