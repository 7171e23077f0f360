import type { Directory, GraphObject } from './directory.ts';
import { replyOf, required, wantedOf, type Reply } from './entra-authorize-request.ts';
import { rememberConsent, type ConsentQuestion } from './entra-consent.ts';
import { entraErrorBody, entraFault, EntraFault } from './entra-error.ts';
import { consentPage, errorPage, signInPage } from './entra-pages.ts';
import { faultFields, replyWith } from './entra-reply.ts';
import { findResource } from './entra-resources.ts';
import { registeredIds, scopeWords } from './entra-scopes.ts';
import { accountsToShow, activeUser, firstAdministrator, isAdministrator } from './entra-users.ts';
import type { World } from './world.ts';

interface Asked extends ConsentQuestion {
  application: GraphObject;
  reply: Reply;
  /** As they came, for the answer. */
  scope: string;
}

/**
 * Answers `{tenant}/v2.0/adminconsent` (Microsoft Learn, "Admin consent on the Microsoft identity platform"): an
 * administrator agrees for everybody to the permissions of the scopes, and the client hears of it by GET.
 */
export function adminConsent(
  query: URLSearchParams,
  form: URLSearchParams,
  { world, directory }: { world: World; directory: Directory },
): Response {
  let target: ReturnType<typeof replyOf>;
  try {
    target = replyOf(query, { world, directory });
  } catch (error) {
    if (!(error instanceof EntraFault)) throw error;
    return errorPage(entraErrorBody(error, world.now()));
  }
  const { application } = target;
  const reply: Reply = { ...target.reply, mode: 'query' };
  try {
    const scope = required(query, 'scope');
    const wanted = wantedOf(scopeWords(scope), application, directory);
    const request = { clientId: String(application['appId']), wanted };
    return answer({ world, directory, request, application, reply, scope }, form);
  } catch (error) {
    if (!(error instanceof EntraFault)) throw error;
    return replyWith(reply, [...faultFields(error, world.now()), ...placeFields(directory)]);
  }
}

function answer(asked: Asked, form: URLSearchParams): Response {
  const armed = form.has('user') ? undefined : asked.world.entra.armedSignIns.shift();
  if (armed !== undefined) {
    const name = armed.userPrincipalName ?? firstAdministrator(asked.directory);
    administrator(asked, name);
    return afterQuestion(asked, armed.consent ? 'accept' : 'cancel');
  }
  const name = form.get('user');
  if (name === null) return askForAccount(asked, null);
  try {
    const user = administrator(asked, name);
    const { application, request } = asked;
    const consent = form.get('consent');
    if (consent !== null) return afterQuestion(asked, consent);
    const { wanted } = request;
    return consentPage({ application, user, wanted, roles: rolesIn(asked), scope: 'tenant' });
  } catch (error) {
    if (!(error instanceof EntraFault) || error.number === 65004) throw error;
    return askForAccount(asked, error);
  }
}

function administrator({ application, directory }: Asked, name: string): GraphObject {
  const user = activeUser(name, directory);
  if (isAdministrator(user, directory)) return user;
  throw entraFault(
    90094,
    `${String(application['displayName'])} needs permission to access resources in your organization that only an admin can grant. Sign in with the account of an administrator.`,
  );
}

function askForAccount({ application, directory }: Asked, fault: EntraFault | null): Response {
  const accounts = accountsToShow(directory, undefined);
  return signInPage({ application, accounts, hinted: undefined, fault });
}

function afterQuestion(asked: Asked, consent: string): Response {
  if (consent !== 'accept') {
    throw entraFault(65004, 'User declined to consent to access the app.');
  }
  rememberConsent(asked, null);
  rememberRoles(asked);
  return replyWith(asked.reply, [...placeFields(asked.directory), ['scope', asked.scope]]);
}

function rememberRoles(asked: Asked): void {
  const { world, directory, request } = asked;
  const { tenantId } = directory;
  for (const { resourceAppId, values } of rolesIn(asked)) {
    const place = { tenantId, clientId: request.clientId, resourceAppId };
    world.entra.consents.grantRoles(place, values);
  }
}

/** `.default` means the app roles of the registration too. */
function rolesIn({ directory, request, application }: Asked) {
  return request.wanted
    .filter(({ isDefault }) => isDefault)
    .map(({ resourceAppId, resourceName }) => {
      const ids = registeredIds(application, resourceAppId, 'Role');
      const { roles } = findResource(resourceAppId, directory);
      const values = roles.filter(({ id }) => ids.includes(id)).map(({ value }) => value);
      return { resourceAppId, resourceName, values };
    });
}

/** The documentation warns not to trust the tenant in an answer; it is there all the same. */
function placeFields({ tenantId }: Directory): [string, string][] {
  return [
    ['admin_consent', 'True'],
    ['tenant', tenantId],
  ];
}
