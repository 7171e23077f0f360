import type { Directory, GraphObject } from './directory.ts';
import { applicationForSignIn } from './entra-applications.ts';
import { entraFault } from './entra-error.ts';
import { registeredRedirectUri } from './entra-redirect-uris.ts';
import type { ResourceScope } from './entra-resources.ts';
import { parseScopes, scopeWords, wantedPermissions } from './entra-scopes.ts';
import type { AuthorizationCode } from './entra-state.ts';
import type { World } from './world.ts';

/** Where the answer of an authorize request goes, and how. Known before the rest is looked at. */
export interface Reply {
  redirectUri: string;
  mode: 'query' | 'fragment' | 'form_post';
  state: string | null;
}

/** The permissions that a request wants of one resource. */
export interface WantedOfResource {
  resourceAppId: string;
  resourceName: string;
  permissions: ResourceScope[];
  /** Whether `.default` was asked, which is content with any consent that there is. */
  isDefault: boolean;
}

/** An authorize request that can be answered. */
export interface AuthorizeRequest {
  application: GraphObject;
  clientId: string;
  scopes: string[];
  wanted: WantedOfResource[];
  prompt: string | null;
  loginHint: string | null;
  nonce: string | null;
  codeChallenge: AuthorizationCode['codeChallenge'];
}

/** The client and where to answer it. A fault of these is told to the person, never to the redirect URI (RFC 6749 §4.1.2.1). */
export function replyOf(
  query: URLSearchParams,
  place: { world: World; directory: Directory },
): { application: GraphObject; reply: Reply } {
  const { application } = applicationForSignIn(required(query, 'client_id'), place);
  const redirectUri = registeredRedirectUri(query.get('redirect_uri'), application);
  const mode = query.get('response_mode') ?? 'query';
  if (mode !== 'query' && mode !== 'fragment' && mode !== 'form_post') {
    throw entraFault(900144, `The value '${mode}' of 'response_mode' is not supported.`);
  }
  return { application, reply: { redirectUri, mode, state: query.get('state') } };
}

/** The rest of the request ("Request an authorization code"). Throws EntraFault, which goes to the redirect URI. */
export function authorizeRequest(
  query: URLSearchParams,
  application: GraphObject,
  directory: Directory,
): AuthorizeRequest {
  const responseType = required(query, 'response_type');
  if (responseType !== 'code') {
    throw entraFault(700054, `response_type '${responseType}' is not enabled for the application.`);
  }
  const scopes = scopeWords(required(query, 'scope'));
  return {
    application,
    clientId: String(application['appId']),
    scopes,
    wanted: wantedOf(scopes, application, directory),
    prompt: promptOf(query),
    loginHint: query.get('login_hint'),
    nonce: query.get('nonce'),
    codeChallenge: codeChallengeOf(query),
  };
}

/** What a list of scopes wants of each resource. Throws EntraFault. */
export function wantedOf(
  scopes: string[],
  application: GraphObject,
  directory: Directory,
): WantedOfResource[] {
  return parseScopes(scopes, directory).resources.map(({ resource, values }) => ({
    resourceAppId: resource.appId,
    resourceName: resource.displayName,
    permissions: wantedPermissions(application, { resource, values }),
    isDefault: values.includes('.default'),
  }));
}

/** A parameter that must be there. */
export function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value !== null && value !== '') return value;
  throw entraFault(900144, `The request body must contain the following parameter: '${name}'.`);
}

function promptOf(query: URLSearchParams): string | null {
  const prompt = query.get('prompt');
  if (prompt === null || PROMPTS.has(prompt)) return prompt;
  throw entraFault(90023, `The value '${prompt}' of 'prompt' is not supported.`);
}

const PROMPTS = new Set(['login', 'none', 'consent', 'select_account']);

/** RFC 7636 §4.3; Entra takes a missing method for `plain`. */
function codeChallengeOf(query: URLSearchParams): AuthorizationCode['codeChallenge'] {
  const value = query.get('code_challenge');
  if (value === null) return null;
  const method = query.get('code_challenge_method') ?? 'plain';
  if (method !== 'S256' && method !== 'plain') {
    throw entraFault(50148, `The code_challenge_method '${method}' is not supported.`);
  }
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(value)) {
    throw entraFault(50147, 'The size of the code challenge parameter is not valid.');
  }
  return { value, method };
}
