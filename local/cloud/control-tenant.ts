import type { TenantDescription } from './build-directory.ts';
import type { TenantBody } from './control-schemas.ts';
import { generatedApplications, generatedUsers } from './generated-applications.ts';
import { installation } from './installation.ts';
import type { World } from './world.ts';

/** What `PUT /_control/tenant` asks for, completed: lists that are not named are empty, the organization stays. */
export function describeTenant(body: TenantBody, world: World): TenantDescription {
  const organization = organizationOf(body, world);
  const { applications = [], servicePrincipals = [], users = [], paging = {} } = body;
  const { signInActivities } = body;
  const lists = { applications, servicePrincipals, users, signInActivities };
  const description = { ...organization, ...lists, paging };
  if (body.generate === undefined) return description;
  return {
    ...description,
    users: [...users, ...generatedUsers(organization.verifiedDomain)],
    generated: generatedApplications(body.generate, world.now()),
  };
}

function organizationOf(
  body: TenantBody,
  world: World,
): Pick<TenantDescription, 'tenantId' | 'displayName' | 'verifiedDomain'> {
  const tenantId = (body.tenantId ?? world.homeTenantId).toLowerCase();
  const known = world.directories.get(tenantId) ?? {
    displayName: `Tenant ${tenantId.slice(0, 8)}`,
    verifiedDomain:
      tenantId === world.homeTenantId
        ? installation.verifiedDomain
        : `tenant-${tenantId.slice(0, 8)}.example`,
  };
  const displayName = body.displayName ?? known.displayName;
  const verifiedDomain = body.verifiedDomain?.toLowerCase() ?? known.verifiedDomain;
  return { tenantId, displayName, verifiedDomain };
}
