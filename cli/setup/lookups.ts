import { recordsOf } from './graph-answer.ts';
import type { Change, GraphJson, Lookup, ShellLookup } from './step.ts';

export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
export const BUSINESS_CENTRAL_APP_ID = '996def3d-b36c-4153-8607-a6fd3c01b89f';

/** The application id of one of Keyturn's registrations. */
export function appIdOf(variable: string, path: string, madeBy: string): Lookup {
  return { variable, path: `${path}?$select=appId`, query: 'appId', pick: text('appId'), madeBy };
}

/** The object id of one of Keyturn's registrations. */
export function objectIdOf(variable: string, path: string, madeBy: string): Lookup {
  return { variable, path: `${path}?$select=id`, query: 'id', pick: text('id'), madeBy };
}

/** Removes a registration, and what the directory keeps of it for 30 days, which would keep its unique name. */
export function removalOf(path: string): { lookups: ShellLookup[]; changes: Change[] } {
  return {
    lookups: [objectIdOf('REGISTRATION', path, 'registering it')],
    changes: [
      { method: 'DELETE', path: '/applications/{REGISTRATION}' },
      { method: 'DELETE', path: '/directory/deletedItems/{REGISTRATION}' },
    ],
  };
}

/** The object id of the enterprise application with an application id. */
export function idOf(variable: string, appId: string): Lookup {
  return {
    variable,
    path: `/servicePrincipals(appId='${appId}')?$select=id`,
    query: 'id',
    pick: text('id'),
    madeBy: `the tenant having ${NAMES[appId] ?? 'that application'}`,
  };
}

/** The object id of a managed identity, by the name that the deployment gave it. */
export function identity(variable: string, displayName: string): Lookup {
  return {
    variable,
    path: `/servicePrincipals?$filter=displayName eq '${displayName}'&$select=id,servicePrincipalType`,
    query: "value[?servicePrincipalType=='ManagedIdentity'].id | [0]",
    pick: ({ value }) => {
      // Anybody may register an application of that name: only a managed identity counts.
      const isIdentity = (one: GraphJson) => one['servicePrincipalType'] === 'ManagedIdentity';
      const [only, another] = recordsOf(value).filter(isIdentity);
      return another === undefined && only !== undefined ? text('id')(only) : null;
    },
    madeBy: `the Azure owner deploying the identity ${displayName}`,
  };
}

/** The id of an application permission, by its name. */
export function roleOf(variable: string, appId: string, value: string): Lookup {
  return ofApi({ variable, appId, value, list: 'appRoles' });
}

/** The id of a delegated permission of Business Central, by its name. */
export function scopeOf(variable: string, value: string): Lookup {
  const appId = BUSINESS_CENTRAL_APP_ID;
  return ofApi({ variable, appId, value, list: 'oauth2PermissionScopes' });
}

export function tenant(): Lookup {
  return {
    variable: 'TENANT',
    path: '/organization?$select=id',
    query: 'value[0].id',
    pick: ({ value }) => text('id')(recordsOf(value)[0] ?? {}),
    madeBy: 'the right to read the organization',
  };
}

const NAMES: Record<string, string> = {
  [GRAPH_APP_ID]: 'Microsoft Graph',
  [BUSINESS_CENTRAL_APP_ID]: 'Dynamics 365 Business Central',
};

interface OfApi {
  variable: string;
  appId: string;
  value: string;
  list: 'appRoles' | 'oauth2PermissionScopes';
}

function ofApi({ variable, appId, value, list }: OfApi): Lookup {
  return {
    variable,
    path: `/servicePrincipals(appId='${appId}')?$select=${list}`,
    query: `${list}[?value=='${value}'].id | [0]`,
    pick: (answer) =>
      text('id')(recordsOf(answer[list]).find((one) => one['value'] === value) ?? {}),
    madeBy: `the tenant having ${NAMES[appId] ?? appId}`,
  };
}

function text(member: string): (answer: GraphJson) => string | null {
  return (answer) => {
    const value = answer[member];
    return typeof value === 'string' && value !== '' ? value : null;
  };
}
