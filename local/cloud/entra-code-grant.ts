import { createHash } from 'node:crypto';
import { required } from './entra-authorize-request.ts';
import type { Client, TokenDeps } from './entra-clients.ts';
import { entraFault } from './entra-error.ts';
import { scopeWords } from './entra-scopes.ts';
import { isWellFormed, type AuthorizationCode } from './entra-state.ts';
import { issueForUser } from './entra-user-tokens.ts';
import { activeUser } from './entra-users.ts';

/** Refuses a code that is none before the client is even looked at, as Entra does. */
export function checkCodeShape(form: URLSearchParams): void {
  if (!isWellFormed('code', required(form, 'code'))) throw malformedRequest();
}

/** Redeems an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.6). Throws EntraFault. */
export async function redeemCode(
  form: URLSearchParams,
  client: Client,
  deps: TokenDeps,
): Promise<Record<string, unknown>> {
  const code = deps.world.entra.codes.get(required(form, 'code'));
  if (code === undefined || code.clientId.toLowerCase() !== client.appId.toLowerCase()) {
    throw entraFault(70000, "The provided value for the 'code' parameter is not valid.");
  }
  checkUsable(code, deps);
  checkRedirectUri(code, form.get('redirect_uri'));
  checkVerifier(code, form.get('code_verifier'));
  const user = activeUser(code.userId, deps.directory);
  code.isRedeemed = true;
  const asked = scopeWords(form.get('scope'));
  const scopes = asked.length > 0 ? asked : code.scopes;
  const wantsClientInfo = form.get('client_info') === '1';
  const request = { client, user, grant: code, scopes, nonce: code.nonce, wantsClientInfo };
  return issueForUser(request, deps);
}

/** What Entra says of a code or refresh token that is none at all. */
export function malformedRequest(): Error {
  return entraFault(9002313, 'Invalid request. Request is malformed or invalid.');
}

const CODE_LIFE_MS = 10 * 60_000;

function checkUsable(code: AuthorizationCode, { directory, world }: TokenDeps): void {
  if (code.tenantId !== directory.tenantId) {
    throw entraFault(
      700005,
      'The provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for.',
    );
  }
  if (code.isRedeemed) {
    throw entraFault(
      54005,
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    );
  }
  if (world.now().getTime() - code.issuedAt > CODE_LIFE_MS) {
    throw entraFault(
      70008,
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    );
  }
}

function checkRedirectUri(code: AuthorizationCode, redirectUri: string | null): void {
  if (redirectUri === code.redirectUri) return;
  throw entraFault(
    500112,
    `The reply address '${redirectUri ?? ''}' does not match the reply address '${code.redirectUri}' provided when requesting Authorization code.`,
  );
}

function checkVerifier({ codeChallenge }: AuthorizationCode, verifier: string | null): void {
  if (codeChallenge === null && verifier === null) return;
  if (verifier !== null && codeChallenge?.value === challengeOf(verifier, codeChallenge?.method)) {
    return;
  }
  throw entraFault(
    501481,
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  );
}

function challengeOf(verifier: string, method: 'S256' | 'plain' | undefined): string {
  if (method === 'plain') return verifier;
  return createHash('sha256').update(verifier).digest('base64url');
}
