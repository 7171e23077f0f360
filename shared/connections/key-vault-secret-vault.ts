import type { SecretClient } from '@azure/keyvault-secrets';
import { AppError } from '../errors.ts';
import { mapLimited } from '../map-limited.ts';
import type { Removed, SecretVault } from './secret-vault.ts';

/**
 * Secrets in Azure Key Vault. Every answer of the service that is not the value becomes null or an AppError; the SDK's
 * text goes to `cause` only. Microsoft Learn, "Azure Key Vault secrets REST API", "Soft-delete overview".
 */
export function keyVaultSecretVault(connect: () => SecretClient): SecretVault {
  let made: SecretClient | null = null;
  const client = () => (made ??= connect());
  return {
    put: async (name, value, { contentType, tags }) => {
      const { properties } = await client()
        .setSecret(name, value, { contentType, tags })
        .catch(refused('write'));
      return { name, version: properties.version ?? '' };
    },
    get: async ({ name, version }) => {
      const found = await client()
        .getSecret(name, { version })
        .catch(absentOr(refused('read')));
      return found?.value ?? null;
    },
    newest: async (name) => {
      const found = await client()
        .getSecret(name)
        .catch(absentOr(refused('read')));
      const { value, properties } = found ?? {};
      if (value === undefined || properties?.version === undefined) return null;
      return { name, version: properties.version, value };
    },
    remove: (name) => remove(client(), name),
  };
}

const AT_ONCE = 4;
const POLL_MS = 500;

async function remove(client: SecretClient, name: string): Promise<Removed> {
  const versions: string[] = [];
  try {
    for await (const { version, enabled } of client.listPropertiesOfSecretVersions(name)) {
      if (version !== undefined && enabled !== false) versions.push(version);
    }
    await mapLimited(versions, AT_ONCE, (version) =>
      client.updateSecretProperties(name, version, { enabled: false }),
    );
    const poller = await client.beginDeleteSecret(name, { intervalInMs: POLL_MS });
    await poller.pollUntilDone();
  } catch (error) {
    if (statusOf(error) !== 404) throw unavailable('remove', error);
  }
  return purge(client, name);
}

/** Purging takes a right of its own, and a vault with purge protection lets nobody do it. */
async function purge(client: SecretClient, name: string): Promise<Removed> {
  const deleted = await client.getDeletedSecret(name).catch(absentOr(refused('remove')));
  if (deleted === null) return { state: 'gone' };
  try {
    await client.purgeDeletedSecret(name);
    return { state: 'gone' };
  } catch (error) {
    if (statusOf(error) === 404) return { state: 'gone' };
    if (statusOf(error) !== 403 && statusOf(error) !== 400) throw unavailable('remove', error);
    return { state: 'recoverable', until: deleted.properties.scheduledPurgeDate ?? null };
  }
}

function statusOf(error: unknown): number | null {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : null;
  return typeof status === 'number' ? status : null;
}

/** `SecretDisabled` and its like stand in an inner error that the SDK keeps in its message. */
function isDisabled(error: unknown): boolean {
  return statusOf(error) === 403 && error instanceof Error && /disabled/i.test(error.message);
}

function absentOr<R>(otherwise: (error: unknown) => R): (error: unknown) => R | null {
  return (error) => (statusOf(error) === 404 || isDisabled(error) ? null : otherwise(error));
}

function refused(act: Act): (error: unknown) => never {
  return (error) => {
    throw unavailable(act, error);
  };
}

type Act = 'read' | 'write' | 'remove';

function unavailable(act: Act, cause: unknown): AppError {
  const status = statusOf(cause);
  if (act === 'write' && status === 409) {
    return new AppError(
      'conflict',
      'A secret of this name was deleted and is not purged yet, or is being brought back. Wait for the vault, or purge it.',
      { cause },
    );
  }
  return new AppError('vault_unavailable', sentence(act, status), { cause });
}

const ACT_WORDS: Record<Act, string> = {
  read: 'read from',
  write: 'write to',
  remove: 'remove from',
};

function sentence(act: Act, status: number | null): string {
  if (status === 401 || status === 403) {
    return `Keyturn may not ${ACT_WORDS[act]} its key vault (${status}). Its broker identity needs the role "Key Vault Secrets Officer" on that vault, and the vault's firewall must let it in.`;
  }
  if (status === 429) return 'The key vault is busy (429). It is tried again.';
  return `The key vault ${status === null ? 'did not answer' : `answered ${status}`}. Check KEYTURN_VAULT_URL and the vault's health in the portal.`;
}
