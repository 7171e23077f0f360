import { createKeyRing, type KeyRing, type KeyRingDeps } from './key-ring.ts';

type KeyRole = 'admin' | 'reader';

interface KeyInfo {
  name: string;
  role: KeyRole;
  createdAt: Date;
  expiresAt: Date;
}

/** Keyturn's own keys (security rule 2): of roles, and of connections. */
export interface KeyStore {
  /** Throws AppError `conflict` when a valid key has the name already, `bad_request` for a date that is past. */
  create(wanted: {
    role: KeyRole;
    name: string;
    expiresAt?: Date | undefined;
  }): Promise<KeyInfo & { key: string }>;
  /** By name, expired ones too; of roles only. */
  list(): Promise<KeyInfo[]>;
  /** False when there is no such key. Other instances may accept it for up to 30 seconds more. */
  revoke(name: string): Promise<boolean>;
  /** Null for what is not, or no longer, a key of a role; the reason is nobody's business. */
  verify(text: string): Promise<KeyInfo | null>;
  /** The keys of one connection, which fetch its tokens and nothing else. */
  ofConnection(connectionId: string): KeyRing;
}

/** Keeps keys in the table `keys`, a partition for roles and one for each connection. */
export function createKeyStore(deps: KeyRingDeps): KeyStore {
  const roles = createKeyRing(deps, ROLES);
  const rings = new Map<string, KeyRing>();
  return {
    create: async ({ role, name, expiresAt }) => {
      const { key, ...info } = await roles.create({ scope: role, name, expiresAt });
      return { key, ...infoOf(info) };
    },
    list: async () => (await roles.list()).map(infoOf),
    revoke: (name) => roles.revoke(name),
    verify: async (text) => {
      const info = await roles.verify(text);
      return info === null ? null : infoOf(info);
    },
    ofConnection: (connectionId) => {
      const ring = rings.get(connectionId) ?? createKeyRing(deps, `of ${connectionId}`);
      // Ids come from callers, who may make them up.
      if (rings.size >= MAX_RINGS) rings.clear();
      rings.set(connectionId, ring);
      return ring;
    },
  };
}

/** The partition of a connection is `of {id}`, so one that is called `role` shares nothing with the roles. */
const ROLES = 'role';
const MAX_RINGS = 1_000;

function infoOf({
  name,
  scope,
  createdAt,
  expiresAt,
}: Awaited<ReturnType<KeyRing['list']>>[number]): KeyInfo {
  return { name, role: scope === 'admin' ? 'admin' : 'reader', createdAt, expiresAt };
}
