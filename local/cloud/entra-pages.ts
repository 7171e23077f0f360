import { html } from 'hono/html';
import { textMember, type GraphObject } from './directory.ts';
import type { WantedOfResource } from './entra-authorize-request.ts';
import type { EntraFault } from './entra-error.ts';
import { entraPage, type Html } from './entra-page.ts';

// Every form is sent to the address that it stands on, whose query is the request.

/** Which of the directory's people signs in; no password. With the fault of the account that was chosen before. */
export function signInPage(choice: {
  application: GraphObject;
  accounts: GraphObject[];
  hinted: GraphObject | undefined;
  fault: EntraFault | null;
}): Response {
  const { application, accounts, hinted, fault } = choice;
  return entraPage(
    'Pick an account',
    html`<p>to continue to <strong>${nameOf(application)}</strong></p>
      ${fault === null ? '' : faultText(fault)}
      <form method="post">
        <ul>
          ${accounts.map(
            (user) =>
              html`<li>
                <button name="user" value="${user.id}">
                  <span>${nameOf(user)}</span>
                  <small
                    >${textMember(user, 'userPrincipalName')}${
                      user.id === hinted?.id ? ' · suggested by the application' : ''
                    }</small
                  >
                </button>
              </li>`,
          )}
        </ul>
      </form>
      <form method="post">
        <p>
          <label for="name">Use another account (user name)</label>
          <input
            type="text"
            id="name"
            name="user"
            required
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
          />
        </p>
        <button class="main">Next</button>
      </form>`,
  );
}

/** What the client wants to do in the person's name, to accept or cancel. */
export function consentPage(question: {
  application: GraphObject;
  user: GraphObject;
  wanted: WantedOfResource[];
  /** What it may do by itself, without anybody signed in. */
  roles?: { resourceName: string; values: string[] }[];
  /** Who may agree for everybody is asked whether to. */
  scope: 'person' | 'personOrTenant' | 'tenant';
}): Response {
  const { application, user, wanted, roles = [], scope } = question;
  const title = scope === 'tenant' ? 'Permissions requested for everyone' : 'Permissions requested';
  return entraPage(
    title,
    html`<p>
        <strong>${nameOf(application)}</strong> would like to do this
        ${scope === 'tenant' ? 'for all people of the organization' : 'in your name'}. You are
        signed in as ${textMember(user, 'userPrincipalName') || nameOf(user)}.
      </p>
      <dl>
        ${wanted.flatMap(({ permissions, resourceName }) =>
          permissions.map(
            ({ displayName, description }) =>
              html`<dt>${displayName}</dt>
                <dd>${description} <small>(${resourceName})</small></dd>`,
          ),
        )}
        ${roles.flatMap(roleRows)}
        <dt>Maintain access to data you have given it access to</dt>
        <dd>The application stays signed in when you are not there.</dd>
      </dl>
      <form method="post">
        <input type="hidden" name="user" value="${user.id}" />
        ${
          scope === 'personOrTenant'
            ? html`<p>
                <label
                  ><input type="checkbox" name="everyone" value="yes" /> Consent on behalf of your
                  organization</label
                >
              </p>`
            : ''
        }
        <div class="row">
          <button name="consent" value="cancel">Cancel</button>
          <button class="main" name="consent" value="accept">Accept</button>
        </div>
      </form>`,
  );
}

function roleRows({ resourceName, values }: { resourceName: string; values: string[] }): Html[] {
  return values.map(
    (value) =>
      html`<dt>${value}</dt>
        <dd>By itself, without a signed-in user <small>(${resourceName})</small></dd>`,
  );
}

/** For a person who may not agree to what is asked: an administrator must. */
export function needAdminPage(application: GraphObject, user: GraphObject): Response {
  return entraPage(
    'Need admin approval',
    html`<p>
        <strong>${nameOf(application)}</strong> needs permission to access resources in your
        organization that only an admin can grant. Please ask an admin to grant permission to this
        app before you can use it.
      </p>
      <p class="quiet">You are signed in as ${textMember(user, 'userPrincipalName')}.</p>
      <form method="post">
        <input type="hidden" name="user" value="${user.id}" />
        <button name="consent" value="return">
          Return to the application without granting consent
        </button>
      </form>
      <p></p>
      <form method="post"><button>Have an admin account? Sign in with that account</button></form>`,
  );
}

/** A request that cannot be answered to the application, told to the person. */
export function errorPage(body: Record<string, unknown>): Response {
  return entraPage(
    'Sorry, but we’re having trouble signing you in',
    html`<p class="error">${String(body['error_description'])}</p>
      <p class="quiet">The application was told nothing. Show this to whoever set it up.</p>
      <pre>
Request Id: ${String(body['trace_id'])}
Correlation Id: ${String(body['correlation_id'])}
Timestamp: ${String(body['timestamp'])}</pre>`,
    400,
  );
}

function faultText(fault: EntraFault): Html {
  return html`<p class="error" role="alert">AADSTS${fault.number}: ${fault.message}</p>`;
}

function nameOf(object: GraphObject): string {
  return textMember(object, 'displayName') || textMember(object, 'userPrincipalName') || object.id;
}
