import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { appOnlyClaims, inVersion2, withoutSlash } from './access-tokens.ts';
import { installation, type IdentityName } from './installation.ts';
import { graphAudiences } from './clouds.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

/**
 * The token endpoint that App Service gives to its apps as IDENTITY_ENDPOINT, protocol 2019-08-01 (Microsoft
 * Learn, "How to use managed identities for App Service and Azure Functions", REST endpoint reference).
 */
export function managedIdentity(deps: {
  world: World;
  signer: TokenSigner;
  identityHeader: string;
}): Hono {
  const app = new Hono();
  app.get('/msi/token', async (c) => {
    const query = new URL(c.req.url).searchParams;
    const refusal = refusalOf(query, c.req.header('x-identity-header'), deps.identityHeader);
    if (refusal !== undefined) return c.json(refusalBody(refusal), refusal.status);
    const identity = identityOf(query.get('client_id'));
    if (identity === undefined) {
      const message =
        'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.';
      return c.json(refusalBody({ status: 400, message }), 400);
    }
    return c.json(await answer(identity, query.get('resource') ?? '', deps));
  });
  return app;
}

/** Managed identity tokens live a day, and hosts cache them for nearly as long. */
const TOKEN_SECONDS = 86_400;

interface Refusal {
  status: 400 | 401;
  message: string;
}

function refusalOf(
  query: URLSearchParams,
  header: string | undefined,
  expected: string,
): Refusal | undefined {
  if (header !== expected)
    return { status: 401, message: 'The X-IDENTITY-HEADER is missing or wrong.' };
  if (query.get('api-version') !== '2019-08-01') {
    return {
      status: 400,
      message: `The api-version '${query.get('api-version')}' is not supported.`,
    };
  }
  if ((query.get('resource') ?? '') === '') {
    return { status: 400, message: 'The resource parameter is missing.' };
  }
  return undefined;
}

function refusalBody({ status, message }: Refusal): Record<string, unknown> {
  return { statusCode: status, message, correlationId: randomUUID() };
}

/** There is no system-assigned identity here: a call without client_id gets what App Service answers then. */
function identityOf(clientId: string | null): IdentityName | undefined {
  const { monitor, broker } = installation.identities;
  if (clientId?.toLowerCase() === monitor.clientId) return 'monitor';
  if (clientId?.toLowerCase() === broker.clientId) return 'broker';
  return undefined;
}

async function answer(
  identity: IdentityName,
  resource: string,
  deps: { world: World; signer: TokenSigner },
): Promise<Record<string, unknown>> {
  const { clientId, objectId } = installation.identities[identity];
  const isGraph = graphAudiences.includes(withoutSlash(resource));
  const roles = isGraph ? (deps.world.permissions.get(identity) ?? []) : [];
  const subject = { tenantId: deps.world.homeTenantId, appId: clientId, objectId, roles };
  const claims = appOnlyClaims(subject, resource, {
    now: deps.world.now(),
    seconds: TOKEN_SECONDS,
  });
  return {
    access_token: await deps.signer.sign(isForExchange(resource) ? inVersion2(claims) : claims),
    expires_on: String(claims.exp),
    resource,
    token_type: 'Bearer',
    client_id: clientId,
  };
}

/** Tokens that stand for a client's secret are of version 2.0 ("Configure an application to trust a managed identity"). */
function isForExchange(resource: string): boolean {
  return /^api:\/\/AzureADTokenExchange(USGov|China)?$/.test(resource);
}
