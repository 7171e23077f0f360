import { Hono } from 'hono';
import { entraFault, EntraFault, entraErrorBody } from './entra-error.ts';
import { adminConsent } from './entra-admin-consent.ts';
import { authorize } from './entra-authorize.ts';
import { errorPage } from './entra-pages.ts';
import { issueToken } from './entra-token.ts';
import type { TokenSigner } from './token-signer.ts';
import type { Directory } from './directory.ts';
import { nationalClouds } from './national-clouds.ts';
import { directoryOf } from './tenants.ts';
import type { World } from './world.ts';

/**
 * Entra's v2.0 endpoints: discovery, keys, sign-in with consent, and the token endpoint (Microsoft Learn, "OAuth 2.0
 * and OpenID Connect in the Microsoft identity platform").
 */
export function entra(deps: { world: World; signer: TokenSigner }): Hono {
  const app = new Hono();
  const { world, signer } = deps;
  app.get('/common/discovery/instance', (c) => c.json(instanceDiscovery()));
  app.get('/:tenant/v2.0/.well-known/openid-configuration', (c) =>
    c.json(discovery(new URL(c.req.url).host, tenantOf(world, c.req.param('tenant')), 'v2.0')),
  );
  app.get('/:tenant/.well-known/openid-configuration', (c) =>
    c.json(discovery(new URL(c.req.url).host, tenantOf(world, c.req.param('tenant')), 'v1.0')),
  );
  const keys = async () => ({ keys: [await signer.publicKey()] });
  app.get('/:tenant/discovery/v2.0/keys', async (c) => {
    const issuer = `https://${new URL(c.req.url).host}/{tenantid}/v2.0`;
    return c.json({ keys: [{ ...(await signer.publicKey()), issuer }] });
  });
  app.get('/:tenant/discovery/keys', async (c) => c.json(await keys()));
  app.post('/:tenant/oauth2/v2.0/token', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const answer = await issueToken(form, c.req.header('authorization'), {
      ...deps,
      directory: tenantOf(world, c.req.param('tenant')),
      host: new URL(c.req.url).host,
    });
    return c.json(answer, 200, { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' });
  });
  const pages: [string, typeof authorize][] = [
    ['/:tenant/oauth2/v2.0/authorize', authorize],
    ['/:tenant/v2.0/adminconsent', adminConsent],
  ];
  for (const [path, answer] of pages) {
    app.on(['GET', 'POST'], path, async (c) => {
      const query = new URL(c.req.url).searchParams;
      const form = new URLSearchParams(c.req.method === 'POST' ? await c.req.text() : '');
      const directory = tenantOf(world, String(c.req.param('tenant')));
      return answer(query, form, { world, directory });
    });
  }
  app.onError((error, c) => {
    if (!(error instanceof EntraFault)) throw error;
    if (isPage(c.req.path)) return errorPage(entraErrorBody(error, world.now()));
    const headers = { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' };
    return c.json(entraErrorBody(error, world.now()), error.status, headers);
  });
  app.notFound((c) => c.text('Not found', 404));
  return app;
}

/** The endpoints that a person looks at; a program gets its errors as JSON. */
function isPage(path: string): boolean {
  return /\/(authorize|adminconsent)$/.test(path);
}

/** `{tenant}` is a GUID or a verified domain; the placeholders for many tenants have no directory of their own. */
function tenantOf(world: World, tenant: string): Directory {
  const directory = directoryOf(world, tenant);
  if (directory !== undefined) return directory;
  throw entraFault(
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  );
}

function discovery(
  host: string,
  { tenantId }: Directory,
  version: 'v1.0' | 'v2.0',
): Record<string, unknown> {
  const base = `https://${host}/${tenantId}`;
  const isV2 = version === 'v2.0';
  const endpoint = isV2 ? `${base}/oauth2/v2.0` : `${base}/oauth2`;
  return {
    token_endpoint: `${endpoint}/token`,
    token_endpoint_auth_methods_supported: [
      'client_secret_post',
      'private_key_jwt',
      'client_secret_basic',
    ],
    jwks_uri: isV2 ? `${base}/discovery/v2.0/keys` : `${base}/discovery/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: isV2 ? `${base}/v2.0` : `https://sts.windows.net/${tenantId}/`,
    authorization_endpoint: `${endpoint}/authorize`,
    end_session_endpoint: `${endpoint}/logout`,
    tenant_region_scope: 'EU',
    cloud_instance_name: host.replace(/^login\./, ''),
    msgraph_host: graphHostOf(host),
  };
}

/** Both clouds of the US Government have one login host. */
function graphHostOf(loginHost: string): string {
  const cloud = Object.values(nationalClouds).find((one) => one.loginHost === loginHost);
  return (cloud ?? nationalClouds.public).graphHost;
}

/** Which hosts are the same authority: what MSAL asks once per process. */
function instanceDiscovery(): Record<string, unknown> {
  const cloud = (network: string, aliases: string[]) => ({
    preferred_network: network,
    preferred_cache: aliases[0],
    aliases,
  });
  return {
    tenant_discovery_endpoint:
      'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
    'api-version': '1.1',
    metadata: [
      cloud('login.microsoftonline.com', ['login.windows.net', 'login.microsoftonline.com']),
      cloud('login.partner.microsoftonline.cn', [
        'login.partner.microsoftonline.cn',
        'login.chinacloudapi.cn',
      ]),
      cloud('login.microsoftonline.us', ['login.microsoftonline.us']),
    ],
  };
}
