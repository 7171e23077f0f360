import type { Hono } from 'hono';
import { VaultFault } from './key-vault-error.ts';
import { listPage, type VaultContext, type VaultEnv } from './key-vault-shapes.ts';
import type { VaultItem, VaultItemKind, VaultItemVersion } from './vault-items.ts';

/**
 * Adds the certificates and keys of a vault, for those who read (Microsoft Learn, "Azure Key Vault certificates REST
 * API" and "keys REST API"): lists of newest versions, the versions of one, one version.
 */
export function vaultItemRoutes(app: Hono<VaultEnv>): void {
  for (const kind of ['certificates', 'keys'] as const) {
    app.get(`/${kind}`, (c) => {
      const items = c.get('items').list({ vault: c.get('vault'), kind });
      const entries = items.map((item) => itemEntry(c, { kind, name: item.name, of: last(item) }));
      return c.json(listPage(c, [...entries, ...(kind === 'keys' ? managedEntries(c, kind) : [])]));
    });
    app.get(`/${kind}/:name/versions`, (c) => {
      const { name, versions } = itemOf(c, kind);
      const entries = versions.map((of) => itemEntry(c, { kind, name, of, withVersion: true }));
      return c.json(listPage(c, entries));
    });
    for (const path of [`/${kind}/:name`, `/${kind}/:name/:version`]) {
      app.get(path, (c) => c.json(bundleOf(c, kind)));
    }
  }
}

/** What Key Vault keeps for each certificate in its two other lists, under the certificate's name. */
export function managedEntries(
  c: VaultContext,
  kind: 'secrets' | 'keys',
): Record<string, unknown>[] {
  const certificates = c.get('items').list({ vault: c.get('vault'), kind: 'certificates' });
  return certificates.map((certificate) => {
    const { attributes, tags } = last(certificate);
    const id = `https://${c.get('vault')}/${kind}/${certificate.name}`;
    const common = { attributes, tags, managed: true };
    return kind === 'keys'
      ? { kid: id, ...common }
      : { id, contentType: 'application/x-pkcs12', ...common };
  });
}

interface Entry {
  kind: VaultItemKind;
  name: string;
  of: VaultItemVersion;
  withVersion?: boolean;
}

/** CertificateItem and KeyItem; members that are undefined do not appear in JSON. */
function itemEntry(
  c: VaultContext,
  { kind, name, of, withVersion = false }: Entry,
): Record<string, unknown> {
  const id = `https://${c.get('vault')}/${kind}/${name}${withVersion ? `/${of.version}` : ''}`;
  const { attributes, tags, x5t } = of;
  return kind === 'keys'
    ? { kid: id, attributes, tags }
    : { id, x5t, attributes, tags, subject: '' };
}

function bundleOf(c: VaultContext, kind: VaultItemKind): Record<string, unknown> {
  const item = itemOf(c, kind);
  const wanted = c.req.param('version');
  const of = wanted === undefined ? last(item) : item.versions.find((v) => v.version === wanted);
  if (of === undefined) throw notFound(kind, `${item.name}/${wanted}`);
  const { name } = item;
  const base = `https://${c.get('vault')}`;
  const { attributes, tags, x5t, version } = of;
  if (kind === 'keys') {
    const key = { kid: `${base}/keys/${name}/${version}`, kty: 'RSA', key_ops: ['sign', 'verify'] };
    return { key, attributes, tags };
  }
  return {
    id: `${base}/certificates/${name}/${version}`,
    kid: `${base}/keys/${name}/${version}`,
    sid: `${base}/secrets/${name}/${version}`,
    x5t,
    attributes,
    tags,
  };
}

function itemOf(c: VaultContext, kind: VaultItemKind): VaultItem {
  const name = c.req.param('name') ?? '';
  const item = c.get('items').find({ vault: c.get('vault'), kind }, name);
  if (item === undefined) throw notFound(kind, name);
  return item;
}

function last({ versions, name }: VaultItem): VaultItemVersion {
  const version = versions.at(-1);
  if (version === undefined) throw notFound('certificates', name);
  return version;
}

function notFound(kind: VaultItemKind, name: string): VaultFault {
  const [code, word] =
    kind === 'keys' ? ['KeyNotFound', 'key'] : ['CertificateNotFound', 'certificate'];
  const message = `A ${word} with (name/id) ${name} was not found in this key vault. If you recently deleted this ${word} you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`;
  return new VaultFault(404, code ?? '', message);
}
