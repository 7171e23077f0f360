import type { Hono } from 'hono';
import { VaultFault, secretNotFound } from './key-vault-error.ts';
import { bundle, type VaultContext, type VaultEnv } from './key-vault-shapes.ts';
import type { SecretVersion, VaultSecret } from './vaults.ts';

/**
 * Adds the backup of a secret and its return into any vault, with all versions ("Backup Secret", "Restore Secret" of the
 * REST reference). The real blob is encrypted and belongs to a subscription and geography; this one is sealed by nothing.
 */
export function vaultBackupRoutes(app: Hono<VaultEnv>): void {
  app.post('/secrets/restore', async (c) => {
    const secret = await restored(c);
    const existing = c.get('vaults').find(c.get('vault'), secret.name);
    if (existing !== undefined)
      throw new VaultFault(
        409,
        'Conflict',
        `A secret with the name ${secret.name} exists already.`,
      );
    c.get('vaults').restore(c.get('vault'), secret);
    return c.json(bundle(c, secret, { kind: 'attributes', version: newest(secret) }));
  });
  app.post('/secrets/:name/backup', (c) => {
    const name = c.req.param('name');
    const secret = c.get('vaults').find(c.get('vault'), name);
    if (secret === undefined || secret.deletedAt !== null) throw secretNotFound(name);
    return c.json({ value: Buffer.from(JSON.stringify(secret)).toString('base64url') });
  });
}

async function restored(c: VaultContext): Promise<VaultSecret> {
  try {
    const { value } = await c.req.json<{ value: string }>();
    return JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as VaultSecret;
  } catch {
    throw new VaultFault(400, 'BadParameter', 'The value is not a backup of a secret.');
  }
}

function newest(secret: VaultSecret): SecretVersion {
  const version = secret.versions.at(-1);
  if (version === undefined) throw secretNotFound(secret.name);
  return version;
}
