import { AppError } from '../errors.ts';
import type { SecretFacts, SecretVault } from './secret-vault.ts';

interface Version extends SecretFacts {
  version: string;
  value: string;
}

interface MemoryVault extends SecretVault {
  /** Names with the number of their versions, deleted ones left out. */
  versions(): Record<string, number>;
  /** For a test that looks for what lies in clear. */
  dump(): Record<string, Version[]>;
}

/** The twin of Key Vault in memory: versions in order, and a deleted name stays taken unless it may be purged. */
export function memorySecretVault({ mayPurge = true } = {}): MemoryVault {
  const secrets = new Map<string, Version[]>();
  const deleted = new Set<string>();
  let count = 0;
  return {
    put: async (name, value, facts) => {
      if (deleted.has(name)) throw new AppError('conflict', 'The name was deleted.');
      const version = (count += 1).toString(16).padStart(32, '0');
      secrets.set(name, [...(secrets.get(name) ?? []), { version, value, ...facts }]);
      return { name, version };
    },
    get: async ({ name, version }) =>
      secrets.get(name)?.find((one) => one.version === version)?.value ?? null,
    newest: async (name) => {
      const last = secrets.get(name)?.at(-1);
      return last === undefined ? null : { name, version: last.version, value: last.value };
    },
    remove: async (name) => {
      const isThere = secrets.delete(name);
      if (!isThere || mayPurge) return { state: 'gone' };
      deleted.add(name);
      return { state: 'recoverable', until: null };
    },
    versions: () => Object.fromEntries([...secrets].map(([name, all]) => [name, all.length])),
    dump: () => Object.fromEntries(secrets),
  };
}
