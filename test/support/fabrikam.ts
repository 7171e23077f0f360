import { buildDirectory, type TenantDescription } from '../../local/cloud/build-directory.ts';
import { startInProcess, type InProcess, type InProcessOptions } from './in-process.ts';
import { app, ending, NIGHT } from './one-tenant.ts';

/** A tenant beside the home tenant. */
export const FABRIKAM = 'fab00000-0000-4000-8000-000000000001';
/** What it agrees to. */
export const AGREED = ['Application.Read.All', 'User.Read.All', 'Organization.Read.All'];
export const DAY_MS = 86_400_000;

const MAILS_ALONE = {
  KEYTURN_TEAMS_WEBHOOK_URL: null,
  KEYTURN_WEBHOOK_URL: null,
  KEYTURN_WEBHOOK_SECRETS: null,
};

// The identity library keeps tokens for the life of the process, so every installation begins after the one before.
let day = 0;

/** Keyturn in Contoso; Fabrikam has an application with one secret that ends in two days, owned by Tom. */
export async function startBesideFabrikam(
  options: Partial<InProcessOptions> & { fabrikam?: Partial<TenantDescription> } = {},
): Promise<InProcess> {
  day += 10;
  const keyturn = await startInProcess({
    ...options,
    now: new Date(Date.parse(NIGHT) + day * DAY_MS).toISOString(),
    env: { ...MAILS_ALONE, ...options.env },
  });
  keyturn.world.directories.set(FABRIKAM, buildDirectory(fabrikam(options.fabrikam)));
  return keyturn;
}

function fabrikam(members: Partial<TenantDescription> = {}): TenantDescription {
  const person = (name: string) => {
    const mail = `${name}@fabrikam.example`;
    return { id: name, displayName: name, mail, userPrincipalName: mail };
  };
  return {
    tenantId: FABRIKAM,
    displayName: 'Fabrikam',
    verifiedDomain: 'fabrikam.example',
    applications: [app('Orders', { owners: ['tom'], passwordCredentials: [ending(day + 2)] })],
    servicePrincipals: [],
    users: [person('tom'), { ...person('boss'), directoryRoles: ['Global Administrator'] }],
    ...members,
  };
}
