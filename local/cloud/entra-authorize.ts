import type { Directory, GraphObject } from './directory.ts';
import {
  authorizeRequest,
  replyOf,
  type AuthorizeRequest,
  type Reply,
} from './entra-authorize-request.ts';
import { isConsented, rememberConsent, rightToConsent } from './entra-consent.ts';
import { entraErrorBody, entraFault, EntraFault } from './entra-error.ts';
import { consentPage, errorPage, needAdminPage, signInPage } from './entra-pages.ts';
import { replyWithCode, replyWithFault } from './entra-reply.ts';
import { newSecretText, type ArmedSignIn } from './entra-state.ts';
import { accountsToShow, activeUser, findUser, firstUser } from './entra-users.ts';
import type { World } from './world.ts';

interface Deps {
  world: World;
  directory: Directory;
}

/** What the person did on the page before: nothing at first, then an account, then an answer to the question. */
interface Choice {
  user: string | null;
  consent: string | null;
  isForEveryone: boolean;
}

/**
 * Answers `{tenant}/oauth2/v2.0/authorize` (Microsoft Learn, "Microsoft identity platform and OAuth 2.0 authorization
 * code flow"): a page, or the answer to the client. There is no session: each request asks for the account anew.
 */
export function authorize(query: URLSearchParams, form: URLSearchParams, deps: Deps): Response {
  let target: ReturnType<typeof replyOf>;
  try {
    target = replyOf(query, deps);
  } catch (error) {
    if (!(error instanceof EntraFault)) throw error;
    return errorPage(entraErrorBody(error, deps.world.now()));
  }
  const { reply, application } = target;
  try {
    const request = authorizeRequest(query, application, deps.directory);
    const choice = {
      user: form.get('user'),
      consent: form.get('consent'),
      isForEveryone: form.get('everyone') === 'yes',
    };
    return answer({ request, reply, ...deps }, choice);
  } catch (error) {
    if (!(error instanceof EntraFault)) throw error;
    return replyWithFault(reply, error, deps.world.now());
  }
}

interface Asked extends Deps {
  request: AuthorizeRequest;
  reply: Reply;
}

function answer(asked: Asked, choice: Choice): Response {
  const armed = choice.user === null ? asked.world.entra.armedSignIns.shift() : undefined;
  if (armed !== undefined) return answerWithoutPage(asked, armed);
  if (asked.request.prompt === 'none') {
    throw entraFault(50058, 'A silent sign-in request was sent but no user is signed in.');
  }
  if (choice.user === null) return askForAccount(asked, null);
  const user = signedIn(asked, choice.user);
  if (user instanceof Response) return user;
  return choice.consent === null ? codeOrQuestion(asked, user) : afterQuestion(asked, user, choice);
}

/** The chosen person, or the page again with the reason why not. */
function signedIn(asked: Asked, name: string): GraphObject | Response {
  try {
    return activeUser(name, asked.directory);
  } catch (error) {
    if (!(error instanceof EntraFault)) throw error;
    return askForAccount(asked, error);
  }
}

function askForAccount({ request, directory }: Asked, fault: EntraFault | null): Response {
  const { application, loginHint } = request;
  const hinted = loginHint === null ? undefined : findUser(loginHint, directory);
  return signInPage({ application, hinted, fault, accounts: accountsToShow(directory, hinted) });
}

/** The control of design §9: the person, and whether they agree, were said beforehand. */
function answerWithoutPage(asked: Asked, armed: ArmedSignIn): Response {
  const { request, directory } = asked;
  const name = armed.userPrincipalName ?? request.loginHint ?? firstUser(directory);
  const user = activeUser(name, directory);
  if (request.prompt !== 'consent' && isConsented(asked, user)) return withCode(asked, user);
  const consent = armed.consent ? 'accept' : 'cancel';
  return afterQuestion(asked, user, { user: name, consent, isForEveryone: false });
}

function codeOrQuestion(asked: Asked, user: GraphObject): Response {
  const { application, wanted, prompt } = asked.request;
  if (prompt !== 'consent' && isConsented(asked, user)) return withCode(asked, user);
  const right = rightToConsent(asked, user);
  if (right === 'none') return needAdminPage(application, user);
  return consentPage({ application, user, wanted, scope: right });
}

function afterQuestion(asked: Asked, user: GraphObject, choice: Choice): Response {
  const { displayName } = asked.directory;
  const right = rightToConsent(asked, user);
  if (right === 'none') {
    throw entraFault(
      90094,
      `An administrator of ${displayName} has set a policy that prevents you from granting ${String(asked.request.application['displayName'])} the permissions it is requesting. Contact an administrator of ${displayName} who can grant permissions to this application on your behalf.`,
    );
  }
  if (choice.consent !== 'accept') throw declined();
  rememberConsent(asked, choice.isForEveryone && right === 'personOrTenant' ? null : user.id);
  return withCode(asked, user);
}

/** A person said no. */
function declined(): EntraFault {
  return entraFault(65004, 'User declined to consent to access the app.');
}

function withCode({ request, reply, world, directory }: Asked, user: GraphObject): Response {
  const { clientId, scopes, nonce, codeChallenge } = request;
  const now = world.now().getTime();
  const code = newSecretText('code');
  world.entra.codes.set(code, {
    tenantId: directory.tenantId,
    clientId,
    userId: user.id,
    scopes,
    authTime: now,
    issuedAt: now,
    redirectUri: reply.redirectUri,
    nonce,
    codeChallenge,
    isRedeemed: false,
  });
  return replyWithCode(reply, code);
}
