import type { Log } from '../log.ts';
import type { Row } from '../storage/table.ts';
import { lookAgain } from './look-again.ts';
import {
  completeOnboarding,
  lookByOnboardingLink,
  startOnboarding,
  type OnboardingAsked,
  type OnboardingOutcome,
} from './onboard-tenant.ts';
import {
  addTenant,
  changeTenant,
  linkForTenant,
  removeTenant,
  type SaveTenantDeps,
  type TenantDraft,
} from './save-tenant.ts';
import type { TenantStore } from './tenant-store.ts';
import type { Tenant } from './tenant.ts';

/** What administrators of Keyturn, and of tenants, do about the tenants; see the use cases. */
export interface TenantAdmin extends Pick<TenantStore, 'list' | 'get'> {
  /** The id of the tenant that has this domain; null where none has. Throws `service_unreachable`. */
  idOf: (domain: string) => Promise<string | null>;
  add: (input: { tenantId: string; draft: TenantDraft; by: string }) => Promise<Tenant>;
  change: (current: Row<Tenant>, draft: TenantDraft) => Promise<Tenant>;
  remove: (tenant: Tenant) => Promise<void>;
  link: (tenant: Tenant, issuedBy: string) => Promise<{ url: string; expiresAt: string }>;
  look: (token: string) => Promise<OnboardingAsked>;
  start: (token: string) => ReturnType<typeof startOnboarding>;
  complete: (
    answer: Parameters<typeof completeOnboarding>[1],
    cookies: (name: string) => string | null,
  ) => Promise<OnboardingOutcome>;
  lookAgain: (which: 'agreed' | 'all') => Promise<number>;
}

/** The use cases over their parts. */
export function tenantAdmin(
  deps: SaveTenantDeps & { idOf: TenantAdmin['idOf']; log: Log },
): TenantAdmin {
  return {
    list: () => deps.tenants.list(),
    get: (tenantId) => deps.tenants.get(tenantId),
    idOf: deps.idOf,
    add: (input) => addTenant(deps, input),
    change: (current, draft) => changeTenant(deps, current, draft),
    remove: (tenant) => removeTenant(deps, tenant),
    link: (tenant, issuedBy) => linkForTenant(deps, tenant, issuedBy),
    look: (token) => lookByOnboardingLink(deps, token),
    start: (token) => startOnboarding(deps, token),
    complete: (answer, cookies) => completeOnboarding(deps, answer, cookies),
    lookAgain: (which) => lookAgain(deps, which),
  };
}
