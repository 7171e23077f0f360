/** Why there is no token of a tenant, as a token endpoint's answer was understood. */
export interface RefusedToken {
  /** `AADSTS7000229`, `HTTP 502`; null where nothing came. */
  code: string | null;
  title: string;
  nextAction: string;
  /** True when the application's own proof was refused. */
  refusedClient: boolean;
  /** True for what passes by itself. */
  isTrouble: boolean;
}

export interface TenantRefusal {
  /** `consent`: the tenant has not agreed, or not any more. `trouble`: it passes by itself. */
  kind: 'consent' | 'trouble' | 'setUp';
  /** What is wrong and what to do about it; without a name, which stands beside it. */
  sentence: string;
}

/**
 * The application is not known in the tenant (7000229, 700016), or switched off there (7000112), or nobody agreed (65001,
 * 650052). Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
 */
const CONSENT = new Set([
  'AADSTS7000229',
  'AADSTS700016',
  'AADSTS7000112',
  'AADSTS65001',
  'AADSTS650052',
]);

/** "Configure an application to trust a managed identity": issuer, audience, subject of the trust do not match. */
const NO_TRUST = new Set(['AADSTS700211', 'AADSTS700212', 'AADSTS700213', 'AADSTS70021']);

const ASK_AGAIN =
  'Send an administrator of that tenant a new link (keyturn tenants link, or POST /api/tenants/{tenantId}/links). Until then its secrets are not watched.';

/** What a refusal means for the watching of a tenant. `isFederated`: no secret of the tenant's own is used. */
export function refusalOf(refused: RefusedToken, isFederated: boolean): TenantRefusal {
  const { code, title, isTrouble } = refused;
  const said = code === null ? '' : ` (${code})`;
  if (code !== null && CONSENT.has(code)) return withdrawn(said);
  if (isTrouble) {
    const sentence = `Keyturn could not sign in to this tenant${said}: ${inSentence(title)}. The next check tries again.`;
    return { kind: 'trouble', sentence };
  }
  return { kind: 'setUp', sentence: setUpSentence(refused, said, isFederated) };
}

function setUpSentence(
  { code, title, nextAction, refusedClient }: RefusedToken,
  said: string,
  isFederated: boolean,
): string {
  const start = `Keyturn could not sign in to this tenant${said}`;
  if (code !== null && NO_TRUST.has(code)) {
    return `${start}: the application of KEYTURN_TENANTS_CLIENT_ID does not trust the monitor’s identity. Add a federated credential for KEYTURN_MONITOR_CLIENT_ID to it.`;
  }
  if (refusedClient && !isFederated) {
    return `${start}: what Keyturn proves itself with there is refused. Create a new secret on that application and enter its Value with PUT /api/tenants/{tenantId}.`;
  }
  return `${start}: ${inSentence(title)}. ${nextAction}`;
}

/** A token that allows nothing: the enterprise application is there, and its permissions are gone. */
export const AGREED_TO_NOTHING: TenantRefusal = {
  kind: 'consent',
  sentence: `This tenant knows Keyturn and allows it nothing: the application permission Application.Read.All is not, or no longer, agreed to there. ${ASK_AGAIN}`,
};

function withdrawn(said: string): TenantRefusal {
  return {
    kind: 'consent',
    sentence: `This tenant does not let Keyturn in${said}: nobody there has agreed, or the agreement was withdrawn. ${ASK_AGAIN}`,
  };
}

function inSentence(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1).replace(/\.$/, '');
}
