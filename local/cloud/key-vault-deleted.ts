import type { Hono } from 'hono';
import { secretNotFound } from './key-vault-error.ts';
import { bundle, listPage, type VaultContext, type VaultEnv } from './key-vault-shapes.ts';
import type { SecretVersion, VaultSecret } from './vaults.ts';

/** Adds what can be done with a deleted secret: look, recover, purge ("Key Vault soft-delete overview"). */
export function deletedSecretRoutes(app: Hono<VaultEnv>): void {
  app.get('/deletedsecrets', (c) => {
    const deleted = c
      .get('vaults')
      .list(c.get('vault'))
      .filter(({ deletedAt }) => deletedAt !== null);
    return c.json(
      listPage(
        c,
        deleted.map((secret) => bundle(c, secret, deletedView(secret))),
      ),
    );
  });
  app.get('/deletedsecrets/:name', (c) => {
    const secret = deletedSecret(c);
    return c.json(bundle(c, secret, deletedView(secret)));
  });
  app.post('/deletedsecrets/:name/recover', (c) => {
    const secret = deletedSecret(c);
    c.get('vaults').recover(secret);
    return c.json(bundle(c, secret, { kind: 'attributes', version: lastVersion(secret) }));
  });
  app.delete('/deletedsecrets/:name', (c) => {
    const secret = deletedSecret(c);
    c.get('vaults').purge(c.get('vault'), secret.name);
    return c.body(null, 204);
  });
}

function deletedView(secret: VaultSecret): { kind: 'deleted'; version: SecretVersion } {
  return { kind: 'deleted', version: lastVersion(secret) };
}

function lastVersion(secret: VaultSecret): SecretVersion {
  const version = secret.versions.at(-1);
  if (version === undefined) throw secretNotFound(secret.name);
  return version;
}

function deletedSecret(c: VaultContext): VaultSecret {
  const name = c.req.param('name') ?? '';
  const secret = c.get('vaults').find(c.get('vault'), name);
  if (secret === undefined || secret.deletedAt === null) throw secretNotFound(name);
  return secret;
}
