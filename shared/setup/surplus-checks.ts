import type { SelfCheck } from './self-check.ts';

/** An application permission that nobody needs. */
export interface Surplus {
  identity: 'monitor' | 'broker';
  role: string;
}

export function surplusChecks(surplus: readonly Surplus[]): SelfCheck[] {
  return surplus.map(({ identity, role }) => ({
    name: 'permissions',
    status: 'warning',
    what: `The ${identity} identity holds ${role} on Microsoft Graph, which Keyturn never uses.`,
    why: 'Whoever gets hold of this app gets it as well.',
    fix: `Take it away: Enterprise applications, the identity, Permissions; or DELETE /servicePrincipals/…/appRoleAssignments/…. Tokens keep it for up to a day.`,
  }));
}
