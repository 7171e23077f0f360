import { createHash } from 'node:crypto';
import { installation } from '../../local/cloud/installation.ts';
import { seedAppId } from '../../local/cloud/seed-apis.ts';
import type { TestCloud } from './local-cloud.ts';

/** The story's client as it stands in the seeded tenant. */
export const smartConnect = {
  clientId: seedAppId('SmartConnect BC Prod'),
  clientSecret: 'bc-8Q~local.bc-prod.opens-nothing-else',
  redirectUri: 'http://localhost:7071/oauth/callback',
};

/** A verifier of RFC 7636 and its challenge. */
const verifier = 'a-code-verifier-of-more-than-forty-three-characters';
const challenge = createHash('sha256').update(verifier).digest('base64url');

const login = '/login.microsoftonline.com';

/** The path of an authorize request of the story's client; null takes a parameter away. */
export function authorizePath(more: Record<string, string | null> = {}, tenant?: string): string {
  const parameters: Record<string, string | null> = {
    client_id: smartConnect.clientId,
    response_type: 'code',
    redirect_uri: smartConnect.redirectUri,
    scope: 'https://api.businesscentral.dynamics.com/.default offline_access openid profile',
    state: 'state & more',
    nonce: 'a-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  };
  const given = Object.entries(parameters).filter(
    (one): one is [string, string] => one[1] !== null,
  );
  const query = new URLSearchParams(given).toString();
  return `${login}/${tenant ?? installation.tenantId}/oauth2/v2.0/authorize?${query}`;
}

/** What a person does on a page: sends its form. */
export async function submit(
  cloud: TestCloud,
  path: string,
  form: Record<string, string>,
): Promise<Response> {
  return cloud.call(path, { method: 'POST', body: new URLSearchParams(form) });
}

/** Where a redirect goes, and the parameters of its query. */
export function redirected(answer: Response): { address: string; fields: Record<string, string> } {
  const url = new URL(answer.headers.get('location') ?? 'missing:');
  const fields = Object.fromEntries(url.searchParams);
  return { address: `${url.origin}${url.pathname}`, fields };
}

/** A code for a person, by the control: no page is shown. */
export async function codeFor(
  cloud: TestCloud,
  userPrincipalName: string | null = 'erp@contoso.example',
  more: Record<string, string | null> = {},
): Promise<string> {
  await cloud.control('POST', 'sign-in', { userPrincipalName, consent: true });
  const { fields } = redirected(await cloud.call(authorizePath(more)));
  return fields['code'] ?? `no code: ${JSON.stringify(fields)}`;
}

/** A call to the token endpoint with the client's secret. */
export async function tokenCall(
  cloud: TestCloud,
  form: Record<string, string | null>,
  tenant: string = installation.tenantId,
): Promise<Response> {
  const parameters: Record<string, string | null> = {
    client_id: smartConnect.clientId,
    client_secret: smartConnect.clientSecret,
    ...form,
  };
  const given = Object.entries(parameters).filter(
    (one): one is [string, string] => one[1] !== null,
  );
  const body = new URLSearchParams(given);
  return cloud.call(`${login}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
}

/** Redeems a code. */
export async function redeem(
  cloud: TestCloud,
  code: string,
  more: Record<string, string | null> = {},
): Promise<Response> {
  const { redirectUri } = smartConnect;
  return tokenCall(cloud, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...more,
  });
}

/** The refusal of a token call: status, word and numbers. */
export async function refusal(answer: Response): Promise<[number, unknown, unknown]> {
  const body = (await answer.json()) as Record<string, unknown>;
  return [answer.status, body['error'], body['error_codes']];
}

/** An access token of the story's client for a person, who agrees to all. */
export async function accessTokenFor(
  cloud: TestCloud,
  userPrincipalName: string,
  more: Record<string, string | null> = {},
): Promise<string> {
  const answer = await redeem(cloud, await codeFor(cloud, userPrincipalName, more));
  const body = (await answer.json()) as Record<string, string>;
  return body['access_token'] ?? `no token: ${JSON.stringify(body)}`;
}
