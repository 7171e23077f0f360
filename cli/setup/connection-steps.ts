import { entraStep, APPLICATION_ADMINISTRATOR } from './entra-step.ts';
import { listOf, recordOf, recordsOf, valuesOf } from './graph-answer.ts';
import {
  appIdOf,
  BUSINESS_CENTRAL_APP_ID,
  idOf,
  objectIdOf,
  removalOf,
  scopeOf,
} from './lookups.ts';
import { trustStep } from './trust-step.ts';
import type { GraphJson, Lookup, Step } from './step.ts';
import type { Wanted } from './wanted.ts';

/** What a person lets a connection do in Business Central (Microsoft Learn, "Authenticate web services using OAuth"). */
const BUSINESS_CENTRAL_SCOPES = ['user_impersonation', 'Financials.ReadWrite.All'];

/** An application for connections to Business Central that has no secret. */
export function connectionSteps(wanted: Wanted): Step[] {
  return [
    registerConnections(wanted),
    installConnections(wanted),
    trustStep({
      wanted,
      who: 'broker',
      application: objectIdOf('APPLICATION', connectionsPath(wanted.name), 'registering it'),
      what: "Let the application trust Keyturn's broker identity instead of a secret",
      why: 'A federated credential does not end: nobody has to replace a secret of this application, and none can be copied. For connections of the tenant that Keyturn runs in.',
    }),
    consentToBusinessCentral(wanted),
  ];
}

function registerConnections({ name, publicUrl }: Wanted): Step {
  const path = connectionsPath(name);
  const redirectUri = `${publicUrl}/oauth/callback`;
  const lookups = BUSINESS_CENTRAL_SCOPES.map((value) =>
    scopeOf(value.toUpperCase().replaceAll('.', '_'), value),
  );
  return entraStep({
    what: `Register the application that signs in to Business Central (${name}-connections)`,
    why: 'So that a person signs in once and Keyturn hands out tokens from then on. Its redirect URI is where the answer to that sign-in goes, and nothing else may be added to it. Leave it out (--no-connections) where each integration has a registration of its own.',
    lookups,
    present: {
      path,
      isDone: (answer) =>
        listOf(recordOf(answer['web'])['redirectUris']).includes(redirectUri) &&
        valuesOf(answer['requiredResourceAccess'], 'resourceAppId').includes(
          BUSINESS_CENTRAL_APP_ID,
        ),
    },
    change: {
      method: 'PATCH',
      path,
      isUpsert: true,
      body: {
        displayName: `Keyturn ${name} connections`,
        signInAudience: 'AzureADMyOrg',
        web: { redirectUris: [redirectUri] },
        requiredResourceAccess: [
          {
            resourceAppId: BUSINESS_CENTRAL_APP_ID,
            resourceAccess: lookups.map(({ variable }) => ({ id: `{${variable}}`, type: 'Scope' })),
          },
        ],
      },
    },
    undo: removalOf(path),
    needs: APPLICATION_ADMINISTRATOR,
  });
}

function installConnections({ name }: Wanted): Step {
  const path = "/servicePrincipals(appId='{CONNECTIONS_APP_ID}')";
  return entraStep({
    what: 'Make it an enterprise application of the tenant',
    why: 'So that it can be agreed to, and be switched off in one place.',
    lookups: [connectionsAppId(name)],
    present: { path, isDone: () => true },
    change: {
      method: 'PATCH',
      path,
      isUpsert: true,
      body: { displayName: `Keyturn ${name} connections` },
    },
    undo: null,
    note: 'Undone together with the registration.',
    needs: APPLICATION_ADMINISTRATOR,
  });
}

function consentToBusinessCentral({ name }: Wanted): Step {
  const client = "/servicePrincipals(appId='{CONNECTIONS_APP_ID}')";
  const lookups = [
    connectionsAppId(name),
    { ...idOf('CLIENT', '{CONNECTIONS_APP_ID}'), madeBy: 'the step before' },
    idOf('BUSINESS_CENTRAL', BUSINESS_CENTRAL_APP_ID),
  ];
  const scope = BUSINESS_CENTRAL_SCOPES.join(' ');
  const isOf = (grant: GraphJson, ids: ReadonlyMap<string, string>) =>
    grant['resourceId'] === ids.get('BUSINESS_CENTRAL') &&
    BUSINESS_CENTRAL_SCOPES.every((one) => String(grant['scope']).split(' ').includes(one));
  return entraStep({
    what: 'Agree for everybody that it works in Business Central for whoever signs in',
    why: 'So that the person who signs in is not sent to an administrator. It gives no rights in Business Central: those stay the person’s own.',
    lookups,
    present: {
      path: `${client}/oauth2PermissionGrants`,
      isDone: (answer, ids) => recordsOf(answer['value']).some((grant) => isOf(grant, ids)),
    },
    change: {
      method: 'POST',
      path: '/oauth2PermissionGrants',
      body: {
        clientId: '{CLIENT}',
        consentType: 'AllPrincipals',
        resourceId: '{BUSINESS_CENTRAL}',
        scope,
      },
    },
    undo: {
      lookups: [
        connectionsAppId(name),
        {
          variable: 'CONSENT',
          path: `${client}/oauth2PermissionGrants`,
          query: 'value[0].id',
        },
      ],
      changes: [{ method: 'DELETE', path: '/oauth2PermissionGrants/{CONSENT}' }],
    },
    note: 'If it says that the entry exists already, it is done.',
    needs: APPLICATION_ADMINISTRATOR,
  });
}

function connectionsPath(name: string): string {
  return `/applications(uniqueName='${name}-connections')`;
}

function connectionsAppId(name: string): Lookup {
  return appIdOf('CONNECTIONS_APP_ID', connectionsPath(name), 'registering the application');
}
