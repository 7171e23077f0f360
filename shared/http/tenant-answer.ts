import { etagOf } from './put-record.ts';
import type { HealthReport } from './health.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { TenantAnswer } from './tenant-schemas.ts';

/** What is known of tenants beside their records. */
export interface TenantContext {
  homeTenantId: string;
  /** KEYTURN_TENANTS_CLIENT_ID. */
  clientId: string | null;
  health: Pick<HealthReport, 'tenants' | 'troubles'>;
}

/** A tenant as the API shows it; nothing of its secret but that it has one. */
export function toTenantAnswer(tenant: Tenant, context: TenantContext): TenantAnswer {
  const { tenantId, displayName, recipients, thresholds, alerts } = tenant;
  const { addedAt, addedBy, accessSince } = tenant;
  return {
    tenantId,
    displayName,
    from: 'api',
    ...stateOf(tenantId, tenant.access, context),
    since: accessSince,
    credential: credentialOf(tenant, context),
    recipients,
    thresholds,
    alerts,
    lastSuccess: successOf(tenantId, context),
    addedAt,
    addedBy,
    etag: tenantEtag(tenant),
  };
}

/** A tenant that the setting names and nobody said more about. */
export function settingTenantAnswer(tenantId: string, context: TenantContext): TenantAnswer {
  const { homeTenantId, clientId } = context;
  return {
    tenantId,
    displayName: null,
    from: 'setting',
    ...stateOf(tenantId, 'granted', context),
    since: null,
    credential:
      tenantId === homeTenantId
        ? { type: 'identity', clientId: null }
        : { type: 'federated', clientId },
    recipients: { fallback: null, escalation: null, domains: null },
    thresholds: null,
    alerts: null,
    lastSuccess: successOf(tenantId, context),
    addedAt: null,
    addedBy: null,
    etag: null,
  };
}

/** The version of what administrators said; not of what was seen of the consent, which changes by itself. */
export function tenantEtag(tenant: Tenant): string {
  const { access: _, accessSince: __, agreedAt: ___, ...said } = tenant;
  return etagOf(said);
}

function credentialOf(
  { tenantId, credential }: Tenant,
  { homeTenantId, clientId }: TenantContext,
): TenantAnswer['credential'] {
  if (tenantId === homeTenantId) return { type: 'identity', clientId: null };
  if (credential.type === 'federated') return { type: 'federated', clientId };
  return { type: credential.type, clientId: credential.clientId };
}

function successOf(tenantId: string, { health }: TenantContext): string | null {
  return health.tenants.find((one) => one.tenantId === tenantId)?.lastSuccess ?? null;
}

type State = Pick<TenantAnswer, 'status' | 'statusReason' | 'nextAction'>;

function stateOf(tenantId: string, access: Tenant['access'], { health }: TenantContext): State {
  if (access === 'waiting') {
    return {
      status: 'waiting',
      statusReason: 'Nobody there has agreed yet, or it does not show yet.',
      nextAction: 'Send an administrator of that tenant a link: keyturn tenants link.',
    };
  }
  const trouble = health.troubles.find(
    (one) => one.tenantId === tenantId && one.kind === 'coverage',
  );
  const statusReason = trouble?.reasons[0] ?? null;
  if (access === 'withdrawn') {
    return {
      status: 'consentWithdrawn',
      statusReason: statusReason ?? 'It agreed once, and does not let Keyturn in any more.',
      nextAction: 'Send an administrator of that tenant a new link: keyturn tenants link.',
    };
  }
  return trouble === undefined
    ? { status: 'watched', statusReason: null, nextAction: null }
    : {
        status: 'notRead',
        statusReason,
        nextAction: 'Do what the reason says; the next check tells whether it helped.',
      };
}
