import { SecretClient } from '@azure/keyvault-secrets';
import { identityCredential } from '../azure-credentials.ts';
import type { BrokerSettings } from '../settings/broker-settings.ts';
import { keyVaultSecretVault } from '../connections/key-vault-secret-vault.ts';
import type { SecretVault } from '../connections/secret-vault.ts';

/** The vault of the installation, by the broker's own identity. */
export function brokerVault({ vaultUrl, clientId }: BrokerSettings): SecretVault {
  const credential = identityCredential(clientId);
  return keyVaultSecretVault(
    () =>
      new SecretClient(vaultUrl, credential, {
        retryOptions: { maxRetries: 2, maxRetryDelayInMs: 4_000 },
      }),
  );
}
