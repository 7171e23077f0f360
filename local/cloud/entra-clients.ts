import { findByAppId, type Directory, type GraphObject } from './directory.ts';
import { checkAssertion } from './entra-assertion.ts';
import { installedApplication } from './entra-applications.ts';
import { entraFault } from './entra-error.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

/** What the grants of the token endpoint work with. */
export interface TokenDeps {
  world: World;
  signer: TokenSigner;
  /** Of the tenant in the path. */
  directory: Directory;
  /** The host that was called: each cloud has its own. */
  host: string;
}

/** With the tenant of the client's registration, which holds its secrets, certificates and trust. */
export interface ProofDeps extends TokenDeps {
  home: Directory;
}

/** Who asks for a token, and how it says so. */
interface ClientCredentials {
  id: string;
  secret: string | null;
}

/** A client that proved who it is. */
export interface Client {
  application: GraphObject;
  appId: string;
  /** `appidacr` of its tokens: 1 for a secret, 2 for a certificate or a federated credential. */
  proof: '1' | '2';
  /** The tenant of its registration. */
  homeTenantId: string;
}

/** RFC 6749 §2.3.1: credentials in the body or form-encoded in a Basic header. */
function clientCredentialsOf(
  form: URLSearchParams,
  authorization: string | undefined,
): ClientCredentials {
  const basic = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [id = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { id: decodeURIComponent(id), secret: decodeURIComponent(rest.join(':')) };
  }
  const id = form.get('client_id');
  if (id !== null && id !== '') return { id, secret: form.get('client_secret') };
  throw entraFault(
    90014,
    "The required field 'client_id' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
  );
}

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The client once it proved who it is. Throws EntraFault. */
export async function authenticatedClient(
  form: URLSearchParams,
  authorization: string | undefined,
  deps: TokenDeps,
): Promise<Client> {
  const credentials = clientCredentialsOf(form, authorization);
  const { application, home } = installedApplication(credentials.id, deps);
  const appId = String(application['appId']);
  const assertion = form.get('client_assertion');
  if (assertion !== null && form.get('client_assertion_type') === JWT_BEARER) {
    await checkAssertion(assertion, application, { ...deps, home });
    return { application, appId, proof: '2', homeTenantId: home.tenantId };
  }
  checkSecret(application, credentials, { ...deps, home });
  return { application, appId, proof: '1', homeTenantId: home.tenantId };
}

/** Application and servicePrincipal may both hold secrets; either authenticates the client. */
function checkSecret(
  application: GraphObject,
  client: ClientCredentials,
  { home, world }: ProofDeps,
): void {
  if (client.secret === null || client.secret === '') {
    throw entraFault(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  const principal = findByAppId(home.servicePrincipals, client.id);
  const matching = [...secretsOf(application), ...secretsOf(principal)].filter(
    ({ keyId }) => home.secretOf(String(keyId)) === client.secret,
  );
  if (matching.length === 0) {
    throw entraFault(
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client.id}'.`,
    );
  }
  const now = world.now().getTime();
  if (!matching.some(({ endDateTime }) => Date.parse(String(endDateTime)) > now)) {
    throw entraFault(
      7000222,
      `The provided client secret keys for app '${client.id}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    );
  }
}

function secretsOf(holder: GraphObject | undefined): Record<string, unknown>[] {
  const secrets = holder?.['passwordCredentials'];
  return Array.isArray(secrets) ? (secrets as Record<string, unknown>[]) : [];
}
