import type { TenantDescription } from './build-directory.ts';
import { installation } from './installation.ts';
import { seedApplications } from './seed-applications.ts';
import { seedCredentials } from './seed-credentials.ts';
import { seedUsers } from './seed-people.ts';
import { seedServicePrincipals } from './seed-service-principals.ts';

/** The tenant of the local installation, with dates relative to `start`; ids are the same in every one. */
export function seedTenant(start: Date): TenantDescription {
  const make = seedCredentials(start);
  const applications = seedApplications(make);
  return {
    tenantId: installation.tenantId,
    displayName: installation.organizationName,
    verifiedDomain: installation.verifiedDomain,
    applications,
    servicePrincipals: seedServicePrincipals(make, applications),
    users: seedUsers(),
  };
}
