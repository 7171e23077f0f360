import type { Route } from './routes.ts';

/** The routes of tenants (design §5, "Routes"). */
export const tenantRoutes = {
  listTenants: {
    methods: ['GET'],
    route: 'api/tenants',
    authLevel: 'anonymous',
    role: 'reader',
    summary: 'The tenants that are watched or waited for, and how each is doing.',
  },
  addTenant: {
    methods: ['POST'],
    route: 'api/tenants',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Adds a tenant, and gives a link with which its administrator agrees.',
  },
  putTenant: {
    methods: ['PUT'],
    route: 'api/tenants/{tenantId}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Changes what is said about a tenant: its name, recipients, thresholds, credential.',
  },
  deleteTenant: {
    methods: ['DELETE'],
    route: 'api/tenants/{tenantId}',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Forgets a tenant that was added, its links and its credential.',
  },
  createTenantLink: {
    methods: ['POST'],
    route: 'api/tenants/{tenantId}/links',
    authLevel: 'anonymous',
    role: 'admin',
    summary: 'Makes a new link for an administrator of the tenant, to agree or to agree again.',
  },
} satisfies Record<string, Route>;
