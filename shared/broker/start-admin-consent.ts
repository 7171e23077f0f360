import type { Connection } from '../connections/connection.ts';
import { AppError } from '../errors.ts';
import { beginAuthorization } from './begin-authorization.ts';
import type { StartAuthorizationDeps, StartedAuthorization } from './start-authorization.ts';

/**
 * Begins the way to the page on which an administrator of the tenant agrees for everybody (Microsoft Learn, "Admin
 * consent on the Microsoft identity platform"). The tenant is the connection's, whatever comes back (security rule 15).
 * Throws `bad_request` for a provider that has no such page.
 */
export async function startAdminConsent(
  deps: StartAuthorizationDeps,
  { connection, linkHash = null }: { connection: Connection; linkHash?: string | null },
): Promise<StartedAuthorization> {
  const { kind, tenantId, clientId, scopes } = connection;
  if (kind === 'oauth2' || tenantId === null)
    throw new AppError('bad_request', 'Only Microsoft Entra has a page for admin consent.');
  const { redirectUri, state, cookie } = await beginAuthorization(deps, {
    purpose: 'adminConsent',
    connection,
    expected: null,
    linkHash,
  });
  const url = new URL(`${deps.cloud.loginUrl}/${tenantId}/v2.0/adminconsent`);
  const query = {
    client_id: clientId,
    scope: scopes.join(' '),
    redirect_uri: redirectUri,
    state,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return { url: url.href, cookie };
}
