import { Hono } from 'hono';
import { callerOf } from './access-tokens.ts';
import { loginHostOf } from './clouds.ts';
import { dataverseUrls } from './national-clouds.ts';
import { stableId } from './stable-id.ts';
import { directoryOf } from './tenants.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

/** Dataverse's Web API as far as telling who one is ("WhoAmI function"), for the organization of the installation. */
export function dataverse(deps: { world: World; signer: TokenSigner }): Hono {
  const app = new Hono();
  app.get('/api/data/:version{v9\\.[0-2]}/:function{WhoAmI(\\(\\))?}', async (c) => {
    const url = new URL(c.req.url);
    const organization = url.origin.replace('.api.', '.');
    if (!dataverseUrls.includes(organization)) {
      return c.text('The organization does not exist.', 404);
    }
    const audiences = [organization, url.origin];
    const caller = await callerOf(c.req.header('authorization') ?? null, audiences, deps);
    if (typeof caller === 'string') return unauthorized(deps.world.homeTenantId, organization);
    const directory = directoryOf(deps.world, caller.tenantId);
    const isMember =
      directory !== undefined &&
      caller.scopes.includes('user_impersonation') &&
      directory.users.indexOf(caller.objectId) >= 0 &&
      directory.accessOf(caller.objectId).dataverse !== 'none';
    if (!isMember) {
      const message = 'The user is not a member of the organization.';
      return c.json({ error: { code: '0x80072560', message } }, 403);
    }
    return c.json({
      '@odata.context': `${url.origin}/api/data/${c.req.param('version')}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
      BusinessUnitId: stableId('businessUnit', caller.tenantId),
      UserId: stableId('systemuser', caller.objectId),
      OrganizationId: stableId('organization', caller.tenantId),
    });
  });
  app.notFound((c) =>
    c.json(
      { error: { code: '0x8006088a', message: `Resource not found for ${c.req.method} here.` } },
      404,
    ),
  );
  return app;
}

function unauthorized(tenantId: string, organization: string): Response {
  const login = loginHostOf(new URL(organization).hostname);
  return new Response(null, {
    status: 401,
    headers: {
      'www-authenticate': `Bearer authorization_uri=https://${login}/${tenantId}/oauth2/authorize, resource_id=${organization}/`,
    },
  });
}
