import type { Context } from 'hono';
import type { VaultItems } from './vault-items.ts';
import {
  RECOVERABLE_DAYS,
  type SecretChange,
  type SecretVersion,
  type Vaults,
  type VaultSecret,
} from './vaults.ts';

/** What every route of a vault is given. */
export interface VaultEnv {
  Variables: { vault: string; vaults: Vaults; items: VaultItems };
}

/** A call to a vault in progress. */
export type VaultContext = Context<VaultEnv>;

/** Which of Key Vault's four shapes of a secret is meant. */
export type BundleView =
  | { kind: 'item'; version?: SecretVersion }
  | { kind: 'bundle' | 'attributes' | 'deleted'; version: SecretVersion };

const DAY_SECONDS = 86_400;

/**
 * A secret as JSON: SecretBundle with its value, the same without it after a change of attributes, SecretItem in
 * lists (of a secret: without version; of its versions: with it), DeletedSecretBundle. Ids are on the vault's real host.
 */
export function bundle(
  c: VaultContext,
  secret: VaultSecret,
  view: BundleView,
): Record<string, unknown> {
  const version = view.version ?? secret.versions.at(-1);
  const withVersion = view.version === undefined ? '' : `/${view.version.version}`;
  const base = `https://${c.get('vault')}`;
  // Members that are undefined do not appear in JSON.
  return {
    value: view.kind === 'bundle' ? version?.value : undefined,
    contentType: version?.contentType,
    id: `${base}/secrets/${secret.name}${withVersion}`,
    attributes: version?.attributes,
    tags: version?.tags,
    ...(view.kind === 'deleted' ? deletedMembers(base, secret) : {}),
  };
}

function deletedMembers(base: string, secret: VaultSecret): Record<string, unknown> {
  const deletedDate = secret.deletedAt ?? 0;
  return {
    recoveryId: `${base}/deletedsecrets/${secret.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + RECOVERABLE_DAYS * DAY_SECONDS,
  };
}

/** One page of a list, `maxresults` at most (25 unless told), with a link to the next on the vault's real host. */
export function listPage(c: VaultContext, items: unknown[]): Record<string, unknown> {
  const url = new URL(c.req.url);
  const size = Math.min(Number(url.searchParams.get('maxresults') ?? 25) || 25, 25);
  const offset = Number(url.searchParams.get('$skiptoken') ?? 0) || 0;
  const end = offset + size;
  if (end >= items.length) return { value: items.slice(offset), nextLink: null };
  const next = new URL(`https://${url.host}${url.pathname}`);
  next.searchParams.set('api-version', url.searchParams.get('api-version') ?? '');
  next.searchParams.set('$skiptoken', String(end));
  next.searchParams.set('maxresults', String(size));
  return { value: items.slice(offset, end), nextLink: next.href };
}

/** What a body of "Set Secret" or "Update Secret" sets; members of another type are left out. */
export function readChange(body: Record<string, unknown>): SecretChange {
  const attributes = (body['attributes'] ?? {}) as Record<string, unknown>;
  const { enabled, nbf, exp } = attributes;
  const { contentType, tags } = body;
  return {
    contentType: typeof contentType === 'string' ? contentType : undefined,
    tags: typeof tags === 'object' && tags !== null ? (tags as Record<string, string>) : undefined,
    enabled: typeof enabled === 'boolean' ? enabled : undefined,
    nbf: typeof nbf === 'number' ? nbf : undefined,
    exp: typeof exp === 'number' ? exp : undefined,
  };
}
