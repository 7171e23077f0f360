import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { callerOf, type Caller } from './access-tokens.ts';
import { loginHostOf, vaultResourceOf } from './clouds.ts';
import { allows, dataActionOf } from './key-vault-roles.ts';
import { vaultBackupRoutes } from './key-vault-backup.ts';
import { deletedSecretRoutes } from './key-vault-deleted.ts';
import { forbidden, VaultFault, secretNotFound, vaultErrorBody } from './key-vault-error.ts';
import { managedEntries, vaultItemRoutes } from './key-vault-items.ts';
import {
  bundle,
  listPage,
  readChange,
  type VaultContext,
  type VaultEnv,
} from './key-vault-shapes.ts';
import type { TokenSigner } from './token-signer.ts';
import type { SecretVersion, VaultSecret } from './vaults.ts';
import type { World } from './world.ts';

/** Key Vault (Microsoft Learn, "Azure Key Vault REST API reference"), for any vault name: secrets, and what reads the rest. */
export function keyVault(deps: { world: World; signer: TokenSigner }): Hono<VaultEnv> {
  const app = new Hono<VaultEnv>({ getPath: (request) => trimmed(new URL(request.url).pathname) });
  app.use(async (c, next) => {
    c.set('vault', new URL(c.req.url).hostname);
    c.set('vaults', deps.world.vaults);
    c.set('items', deps.world.vaultItems);
    const challenge = await challengeOf(c, deps);
    if (challenge !== null) return challenge;
    if (c.req.query('api-version') === undefined) {
      throw new VaultFault(400, 'BadParameter', 'api-version must be specified');
    }
    await next();
    return undefined;
  });
  vaultBackupRoutes(app);
  secretRoutes(app);
  deletedSecretRoutes(app);
  vaultItemRoutes(app);
  app.notFound((c) => {
    const fault = new VaultFault(404, 'NotFound', 'The local vault has no such operation.');
    return c.json(vaultErrorBody(fault), 404);
  });
  app.onError((error, c) => {
    if (!(error instanceof VaultFault)) throw error;
    return c.json(vaultErrorBody(error), error.status as ContentfulStatusCode);
  });
  return app;
}

const MAX_VALUE_BYTES = 25 * 1024;

/** The client asks for `/secrets/{name}/` when it wants the current version. */
function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

/**
 * Without a good token: 401 with the challenge that names authority and resource ("Authentication, requests and
 * responses"). With one of an identity that has no role on the vault: 403.
 */
async function challengeOf(
  c: VaultContext,
  deps: { world: World; signer: TokenSigner },
): Promise<Response | null> {
  const host = c.get('vault');
  const resource = vaultResourceOf(host);
  const caller = await callerOf(c.req.header('authorization') ?? null, [resource], deps);
  if (typeof caller === 'string') {
    const authority = `https://${loginHostOf(host)}/${deps.world.homeTenantId}`;
    return c.json(unauthorized(caller === 'missing', resource), 401, {
      'www-authenticate': `Bearer authorization="${authority}", resource="${resource}"`,
    });
  }
  const held = caller.identity === null ? [] : (deps.world.vaultRoles.get(caller.identity) ?? []);
  const action = dataActionOf(c.req.method, c.req.path);
  if (!held.some((role) => allows(role, action))) throw forbiddenByRole(c, caller, action);
  return null;
}

function unauthorized(isMissing: boolean, resource: string): Record<string, unknown> {
  const message = isMissing
    ? 'AKV10000: Request is missing a Bearer or PoP token.'
    : `AKV10022: Invalid audience, signature or lifetime. Expected a valid token for ${resource}.`;
  return { error: { code: 'Unauthorized', message } };
}

function forbiddenByRole(c: VaultContext, caller: Caller, action: string): VaultFault {
  return forbidden(
    [
      'Caller is not authorized to perform action on resource.',
      'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
      `Caller: appid=${caller.appId};oid=${caller.objectId};iss=https://sts.windows.net/${caller.tenantId}/`,
      `Action: '${action}'`,
      'Assignment: (not found)',
      `Vault: ${c.get('vault').split('.')[0]};location=local`,
      '',
    ].join('\r\n'),
    'ForbiddenByRbac',
  );
}

function secretRoutes(app: Hono<VaultEnv>): void {
  app.get('/secrets', (c) => {
    const living = c
      .get('vaults')
      .list(c.get('vault'))
      .filter(({ deletedAt }) => deletedAt === null);
    const items = living.map((secret) => bundle(c, secret, { kind: 'item' }));
    return c.json(listPage(c, [...items, ...managedEntries(c, 'secrets')]));
  });
  app.put('/secrets/:name', async (c) => {
    const value = await newValue(c);
    const name = checkedName(c.req.param('name'));
    refuseDeleted(c, name);
    const place = { vault: c.get('vault'), name };
    const secret = c.get('vaults').add(place, value.text, value.change);
    return c.json(bundle(c, secret, { kind: 'bundle', version: current(secret) }));
  });
  app.get('/secrets/:name/versions', (c) => {
    const secret = livingSecret(c);
    const versions = secret.versions.map((version) => bundle(c, secret, { kind: 'item', version }));
    return c.json(listPage(c, versions));
  });
  for (const path of ['/secrets/:name', '/secrets/:name/:version']) {
    app.get(path, (c) => {
      const secret = livingSecret(c);
      const version = versionOf(c, secret);
      if (!version.attributes.enabled) {
        throw forbidden('Operation get is not allowed on a disabled secret.', 'SecretDisabled');
      }
      return c.json(bundle(c, secret, { kind: 'bundle', version }));
    });
    app.patch(path, async (c) => {
      const secret = livingSecret(c);
      const version = versionOf(c, secret);
      c.get('vaults').change(version, readChange(await jsonOf(c)));
      return c.json(bundle(c, secret, { kind: 'attributes', version }));
    });
  }
  app.delete('/secrets/:name', (c) => {
    const secret = livingSecret(c);
    c.get('vaults').remove(secret);
    return c.json(bundle(c, secret, { kind: 'deleted', version: current(secret) }));
  });
}

async function newValue(c: VaultContext) {
  const body = await jsonOf(c);
  const text = body['value'];
  if (typeof text !== 'string') {
    throw new VaultFault(400, 'BadParameter', 'Property value is required.');
  }
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES) {
    throw new VaultFault(
      400,
      'BadParameter',
      `The length of the secret value exceeds the maximum of ${MAX_VALUE_BYTES} bytes.`,
    );
  }
  return { text, change: readChange(body) };
}

async function jsonOf(c: Context): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await c.req.json();
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // the same answer as for any other body that is no object
  }
  throw new VaultFault(400, 'BadParameter', 'The request body is not a JSON object.');
}

function checkedName(name: string): string {
  if (/^[0-9a-zA-Z-]{1,127}$/.test(name)) return name;
  throw new VaultFault(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
}

function refuseDeleted(c: VaultContext, name: string): void {
  const existing = c.get('vaults').find(c.get('vault'), name);
  if (existing === undefined || existing.deletedAt === null) return;
  throw new VaultFault(
    409,
    'Conflict',
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
  ).because('ObjectIsDeletedButRecoverable');
}

function livingSecret(c: VaultContext): VaultSecret {
  const name = c.req.param('name') ?? '';
  const secret = c.get('vaults').find(c.get('vault'), name);
  if (secret === undefined || secret.deletedAt !== null) throw secretNotFound(name);
  return secret;
}

function versionOf(c: VaultContext, secret: VaultSecret): SecretVersion {
  const wanted = c.req.param('version');
  if (wanted === undefined) return current(secret);
  const version = secret.versions.find((one) => one.version === wanted);
  if (version === undefined) throw secretNotFound(`${secret.name}/${wanted}`);
  return version;
}

function current(secret: VaultSecret): SecretVersion {
  const version = secret.versions.at(-1);
  if (version === undefined) throw secretNotFound(secret.name);
  return version;
}
