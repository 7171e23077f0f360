import { connectionSteps } from './connection-steps.ts';
import { APPLICATION_ADMINISTRATOR, entraStep } from './entra-step.ts';
import { existingApplicationSteps } from './existing-application-steps.ts';
import { listOf, recordOf, valuesOf } from './graph-answer.ts';
import { appIdOf, removalOf } from './lookups.ts';
import { permissionSteps } from './permission-steps.ts';
import type { Lookup, Step } from './step.ts';
import { tenantSteps } from './tenant-steps.ts';
import type { Wanted } from './wanted.ts';

/** What the Entra administrator does, in the order in which it can be done. */
export function entraSteps(wanted: Wanted): Step[] {
  return [
    registerApi(wanted),
    nameApi(wanted),
    installApi(wanted),
    ...permissionSteps(wanted),
    ...(wanted.connections ? connectionSteps(wanted) : []),
    ...wanted.applications.flatMap((appId) => existingApplicationSteps(wanted, appId)),
    ...(wanted.manyTenants ? tenantSteps(wanted) : []),
  ];
}

/** Made up once: an app role keeps its id for good ("appRole resource type"). */
const APP_ROLES = [
  appRole(
    '6b657974-7572-4e00-8000-61646d696e00',
    'Keyturn.Admin',
    'May change everything in Keyturn.',
  ),
  appRole('6b657974-7572-4e00-8000-726561646572', 'Keyturn.Reader', 'May read what Keyturn found.'),
];

function appRole(id: string, value: string, description: string) {
  const allowedMemberTypes = ['User', 'Application'];
  return { id, value, displayName: value, description, isEnabled: true, allowedMemberTypes };
}

function registerApi({ name }: Wanted): Step {
  const path = apiPath(name);
  return entraStep({
    what: `Register the API of Keyturn (${name}-api)`,
    why: "So that programs and people call Keyturn with Entra tokens instead of keys, with the roles Keyturn.Admin and Keyturn.Reader. Version 2 tokens, and the claim idtyp, by which a program's token is told from a person's.",
    lookups: [],
    present: {
      path,
      isDone: (answer) =>
        valuesOf(answer['appRoles'], 'value').includes('Keyturn.Admin') &&
        recordOf(answer['api'])['requestedAccessTokenVersion'] === 2 &&
        valuesOf(recordOf(answer['optionalClaims'])['accessToken'], 'name').includes('idtyp'),
    },
    change: {
      method: 'PATCH',
      path,
      isUpsert: true,
      body: {
        displayName: `Keyturn ${name}`,
        signInAudience: 'AzureADMyOrg',
        api: { requestedAccessTokenVersion: 2 },
        optionalClaims: { accessToken: [{ name: 'idtyp' }] },
        appRoles: APP_ROLES,
      },
    },
    undo: removalOf(path),
    needs: APPLICATION_ADMINISTRATOR,
  });
}

function nameApi({ name }: Wanted): Step {
  const path = apiPath(name);
  return entraStep({
    what: 'Give the API its identifier',
    why: 'So that callers can ask for it as api://… followed by its application id.',
    lookups: [apiAppId(name)],
    present: {
      path,
      isDone: (answer, ids) =>
        listOf(answer['identifierUris']).includes(`api://${ids.get('API_APP_ID') ?? ''}`),
    },
    change: { method: 'PATCH', path, body: { identifierUris: ['api://{API_APP_ID}'] } },
    undo: {
      lookups: [],
      changes: [{ method: 'PATCH', path, body: { identifierUris: [] } }],
    },
    needs: APPLICATION_ADMINISTRATOR,
  });
}

function installApi({ name }: Wanted): Step {
  const lookup = apiAppId(name);
  const path = "/servicePrincipals(appId='{API_APP_ID}')";
  return entraStep({
    what: 'Make the API an enterprise application of the tenant',
    why: 'So that its roles can be given: Enterprise applications, Users and groups.',
    lookups: [lookup],
    present: { path, isDone: () => true },
    change: { method: 'PATCH', path, isUpsert: true, body: { displayName: `Keyturn ${name}` } },
    undo: null,
    note: 'Undone together with the registration.',
    needs: APPLICATION_ADMINISTRATOR,
  });
}

function apiPath(name: string): string {
  return `/applications(uniqueName='${name}-api')`;
}

/** The application id of the API: what KEYTURN_API_AUDIENCE and the template's apiClientId are set to. */
export function apiAppId(name: string): Lookup {
  return appIdOf('API_APP_ID', apiPath(name), 'registering the API');
}
