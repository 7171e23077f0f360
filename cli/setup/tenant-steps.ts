import { permissions, type PermissionId } from '../../shared/setup/permission-list.ts';
import { APPLICATION_ADMINISTRATOR, entraStep } from './entra-step.ts';
import { listOf, recordOf, valuesOf } from './graph-answer.ts';
import { appIdOf, GRAPH_APP_ID, objectIdOf, removalOf, roleOf } from './lookups.ts';
import type { Lookup, Step } from './step.ts';
import { trustStep } from './trust-step.ts';
import type { Wanted } from './wanted.ts';

/** One application with which the administrators of other tenants let Keyturn in; it has no secret either. */
export function tenantSteps(wanted: Wanted): Step[] {
  return [
    registerForTenants(wanted),
    trustStep({
      wanted,
      who: 'monitor',
      application: objectIdOf('APPLICATION', pathOf(wanted.name), 'registering it'),
      what: "Let it trust Keyturn's monitor identity instead of a secret",
      why: 'So that one identity reads every tenant that agreed, and nothing ends.',
    }),
  ];
}

/** What KEYTURN_TENANTS_CLIENT_ID and the template's tenantsClientId are set to. */
export function tenantsAppId(name: string): Lookup {
  return appIdOf('TENANTS_APP_ID', pathOf(name), 'registering it');
}

function pathOf(name: string): string {
  return `/applications(uniqueName='${name}-tenants')`;
}

function registerForTenants({ name, publicUrl, people }: Wanted): Step {
  const path = pathOf(name);
  const redirectUri = `${publicUrl}/oauth/callback`;
  const ids: PermissionId[] = [
    'applications',
    people === 'all' ? 'everybody' : 'people',
    'organization',
  ];
  const roles = ids.map((id) =>
    roleOf(`ROLE_${id.toUpperCase()}`, GRAPH_APP_ID, permissions[id].name),
  );
  return entraStep({
    what: `Register the application for other tenants (${name}-tenants)`,
    why: `Each tenant's administrator agrees to it once, and takes it back by deleting it there. It asks for ${ids.map((id) => permissions[id].name).join(', ')}, and for nothing in this tenant.`,
    lookups: roles,
    present: {
      path,
      isDone: (answer) =>
        answer['signInAudience'] === 'AzureADMultipleOrgs' &&
        listOf(recordOf(answer['web'])['redirectUris']).includes(redirectUri) &&
        valuesOf(answer['requiredResourceAccess'], 'resourceAppId').includes(GRAPH_APP_ID),
    },
    change: {
      method: 'PATCH',
      path,
      isUpsert: true,
      body: {
        displayName: `Keyturn ${name} for other tenants`,
        signInAudience: 'AzureADMultipleOrgs',
        web: { redirectUris: [redirectUri] },
        requiredResourceAccess: [
          {
            resourceAppId: GRAPH_APP_ID,
            resourceAccess: roles.map(({ variable }) => ({ id: `{${variable}}`, type: 'Role' })),
          },
        ],
      },
    },
    undo: removalOf(path),
    needs: APPLICATION_ADMINISTRATOR,
  });
}
