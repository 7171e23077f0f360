import { issueForClient } from './entra-client-credentials.ts';
import { authenticatedClient, type TokenDeps } from './entra-clients.ts';
import { checkCodeShape, redeemCode } from './entra-code-grant.ts';
import { entraFault } from './entra-error.ts';
import { refreshGrant } from './entra-refresh-grant.ts';

/** Answers the v2.0 token endpoint for the three grants that a broker uses. Throws EntraFault. */
export async function issueToken(
  form: URLSearchParams,
  authorization: string | undefined,
  deps: TokenDeps,
): Promise<Record<string, unknown>> {
  const grantType = form.get('grant_type');
  if (grantType === 'authorization_code') checkCodeShape(form);
  const grant = grants.get(grantType ?? '');
  if (grant === undefined) {
    throw entraFault(70003, `The app requested an unsupported grant type '${grantType}'.`);
  }
  const client = await authenticatedClient(form, authorization, deps);
  return grant(form, client, deps);
}

const grants = new Map([
  ['client_credentials', issueForClient],
  ['authorization_code', redeemCode],
  ['refresh_token', refreshGrant],
]);
