import { required } from './entra-authorize-request.ts';
import type { GraphObject } from './directory.ts';
import type { Client, TokenDeps } from './entra-clients.ts';
import { malformedRequest } from './entra-code-grant.ts';
import { entraFault } from './entra-error.ts';
import { scopeWords } from './entra-scopes.ts';
import { isWellFormed, type Grant } from './entra-state.ts';
import { issueForUser } from './entra-user-tokens.ts';
import { directoryOfAccount } from './seeded-sign-ins.ts';
import { activeUser } from './entra-users.ts';

/** RFC 6749 §6 as Entra does it: the old refresh token stays good, until it was idle for 90 days. Throws EntraFault. */
export async function refreshGrant(
  form: URLSearchParams,
  client: Client,
  deps: TokenDeps,
): Promise<Record<string, unknown>> {
  const text = required(form, 'refresh_token');
  if (!isWellFormed('refreshToken', text)) throw malformedRequest();
  const grant = deps.world.entra.refreshTokens.get(text);
  if (grant === undefined || grant.clientId.toLowerCase() !== client.appId.toLowerCase()) {
    throw entraFault(70000, 'Provided grant is invalid or malformed.');
  }
  checkAge(grant, deps);
  const user = userOf(grant, client, deps);
  checkRevocation(grant, user);
  const asked = scopeWords(form.get('scope'));
  const scopes = asked.length > 0 ? asked : grant.scopes;
  const wantsClientInfo = form.get('client_info') === '1';
  return issueForUser({ client, user, grant, scopes, nonce: null, wantsClientInfo }, deps);
}

const IDLE_LIMIT_MS = 90 * 86_400_000;

function checkAge(grant: Grant, { world }: TokenDeps): void {
  if (world.now().getTime() - grant.issuedAt <= IDLE_LIMIT_MS) return;
  const issued = new Date(grant.issuedAt).toISOString();
  throw entraFault(
    700082,
    `The refresh token has expired due to inactivity. The token was issued on ${issued} and was inactive for 90.00:00:00.`,
  );
}

/** A refresh token is bound to person and client, not to a tenant; the person must be known where it is used. */
function userOf(grant: Grant, { application, appId }: Client, deps: TokenDeps): GraphObject {
  const { directory } = deps;
  const isElsewhere = grant.tenantId !== directory.tenantId;
  if (isElsewhere && directory.users.indexOf(grant.userId) < 0) {
    throw entraFault(
      90072,
      `User account '{EUII Hidden}' from identity provider 'https://sts.windows.net/${grant.tenantId}/' does not exist in tenant '${directory.displayName}' and cannot access the application '${String(application['appId'])}'(${String(application['displayName'])}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.`,
    );
  }
  return activeUser(grant.userId, directoryOfAccount({ appId, userId: grant.userId }, deps));
}

/** Graph's `signInSessionsValidFromDateTime`: revoking a person's sessions sets it to now ("user: revokeSignInSessions"). */
function checkRevocation(grant: Grant, user: GraphObject): void {
  const validFrom = user['signInSessionsValidFromDateTime'];
  if (typeof validFrom !== 'string' || grant.issuedAt >= Date.parse(validFrom)) return;
  throw entraFault(
    50173,
    `The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '${new Date(grant.issuedAt).toISOString()}' and the TokensValidFrom date (before which tokens are not valid) for this user is '${validFrom}'.`,
  );
}
