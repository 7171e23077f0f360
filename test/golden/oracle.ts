import type { TenantDescription } from '../../local/cloud/build-directory.ts';
import { DAY_MS } from './story.ts';

/** Who must be told what on which night, decided by design §4 alone. No line of it comes from the product. */
export interface Warning {
  date: string;
  address: string;
  /** The application or enterprise application by name. */
  holder: string;
  keyId: string;
  stage: number;
}

type Json = Record<string, unknown>;

interface Ending {
  holder: Json;
  kind: 'application' | 'servicePrincipal';
  keyId: string;
  startsMs: number;
  endsMs: number;
  selfRenewing: boolean;
}

const LISTS = {
  fallback: 'fallback@contoso.example',
  escalation: 'escalation@contoso.example',
};

/** "60, 30, 14, 7, 3, 1, 0 days inside the window, then weekly for 4 weeks after the end, then report only." */
function stageOn(now: Date, { startsMs, endsMs }: Ending): number | null {
  const left = (endsMs - now.getTime()) / DAY_MS;
  const window = Math.min(60, (endsMs - startsMs) / DAY_MS / 3);
  if (left > window) return null;
  if (left <= -7) return left > -35 ? -7 * Math.floor(-left / 7) : null;
  const crossed = [0, 1, 3, 7, 14, 30, 60].find((days) => left <= days && days <= window);
  return crossed ?? null;
}

/** What the seeded tenant holds, by what its makers say of it (local/cloud/seed-*.ts), not by the product's rules. */
function endingsOf({ applications, servicePrincipals }: TenantDescription): Ending[] {
  return [
    ...applications.flatMap((holder) => endingsOfHolder(holder, 'application')),
    ...servicePrincipals.flatMap((holder) => endingsOfHolder(holder, 'servicePrincipal')),
  ].filter(({ endsMs }) => endsMs < Date.UTC(2199, 0, 1));
}

function endingsOfHolder(holder: Json, kind: Ending['kind']): Ending[] {
  const keys = (holder['keyCredentials'] ?? []) as Json[];
  const passwords = (holder['passwordCredentials'] ?? []) as Json[];
  const isSaml = holder['preferredSingleSignOnMode'] === 'saml';
  // The three entries of a SAML certificate are one thing.
  const entries = isSaml ? keys.slice(0, 1) : [...keys, ...passwords];
  return entries.flatMap((entry) => {
    const { keyId, startDateTime, endDateTime, displayName } = entry;
    if (typeof endDateTime !== 'string') return [];
    return {
      holder,
      kind,
      keyId: String(keyId),
      startsMs: Date.parse(String(startDateTime)),
      endsMs: Date.parse(endDateTime),
      selfRenewing:
        /^(CWAP_AuthSecret$|CN=ConnectSync|CN=service\.prod\.powerva)/.test(String(displayName)) ||
        ['func-orders-prod', 'Microsoft Rights Management Services'].includes(nameOf(holder)),
    };
  });
}

function nameOf(holder: Json): string {
  return String(holder['displayName']);
}

/** Quiet, unless Entra Connect or App Proxy have nothing left that lasts longer than a week: that people must see to. */
function isQuiet(ending: Ending, all: readonly Ending[], now: Date): boolean {
  if (!ending.selfRenewing) return false;
  const name = nameOf(ending.holder);
  if (!name.startsWith('ConnectSync') && !name.includes('App Proxy')) return true;
  const weekMs = 7 * DAY_MS;
  return all.some(
    ({ holder, endsMs }) => holder === ending.holder && endsMs - now.getTime() > weekMs,
  );
}

function recipientsOf(ending: Ending, stage: number, tenant: TenantDescription): string[] {
  const owners = ownersOf(ending, tenant);
  return [
    ...new Set([
      ...owners,
      ...(owners.length === 0 || stage <= 7 ? [LISTS.fallback] : []),
      ...(stage <= 1 ? [LISTS.escalation] : []),
    ]),
  ];
}

function ownersOf({ holder }: Ending, { users }: TenantDescription): string[] {
  return ((holder['owners'] ?? []) as string[]).flatMap((id) => {
    const user = users.find((one) => one['id'] === id);
    if (user === undefined || user['accountEnabled'] === false) return [];
    return [String(user['mail'] ?? user['userPrincipalName'])];
  });
}

/** The warnings of a row of nights: what a stage says to somebody is said once, on the first night that can. */
export function warningsOf(nights: readonly { at: Date; tenant: TenantDescription }[]): Warning[] {
  const told = new Set<string>();
  return nights.flatMap(({ at, tenant }) => {
    const endings = endingsOf(tenant);
    return endings.flatMap((ending): Warning[] => {
      const stage = stageOn(at, ending);
      if (stage === null || isQuiet(ending, endings, at)) return [];
      return recipientsOf(ending, stage, tenant).flatMap((address) => {
        const key = [address, ending.holder['id'], ending.keyId, stage].join();
        if (told.has(key)) return [];
        told.add(key);
        const date = at.toISOString().slice(0, 10);
        return { date, address, holder: nameOf(ending.holder), keyId: ending.keyId, stage };
      });
    });
  });
}
