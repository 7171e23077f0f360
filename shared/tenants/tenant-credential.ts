import { decodeJwt } from 'jose';
import type { Clock } from '../clock.ts';
import { TenantSignInError } from '../graph/graph-failure.ts';
import { AGREED_TO_NOTHING, type TenantRefusal } from './tenant-refusal.ts';

/** An app-only token of a tenant, or why there is none. */
export type TenantTokenAnswer =
  | { ok: true; accessToken: string; expiresInSeconds: number }
  | { ok: false; refusal: TenantRefusal };

export interface TenantCredentialDeps {
  /** Asks the token endpoint of the tenant once. */
  ask: () => Promise<TenantTokenAnswer>;
  clock: Clock;
}

/** What the Graph client signs in with. */
export interface TenantCredential {
  /** Throws TenantSignInError with a sentence for an admin. */
  getToken(): Promise<{ token: string; expiresOnTimestamp: number }>;
  /** The next call asks anew: consent may have changed. */
  forget(): void;
  /** Why the last call gave no token; null when it did. */
  refused(): TenantRefusal | null;
}

const RENEW_BEFORE_MS = 5 * 60_000;
/** A run asks for its lists one after the other, and is told the same each time. */
const REFUSAL_MS = 30_000;
const TRIES = 3;
const PAUSE_MS = 3_000;

type Known =
  { token: string; expiresOnTimestamp: number } | { refusal: TenantRefusal; atMs: number };

/**
 * The token of one tenant for Microsoft Graph, kept until shortly before it ends; asked for once, whoever waits. A token
 * of another tenant, or one that allows nothing, is taken for a refusal: with it the run would say "nothing found".
 */
export function tenantCredential(
  { ask, clock }: TenantCredentialDeps,
  tenantId: string,
): TenantCredential {
  let known: Known | null = null;
  let asking: Promise<Known> | null = null;
  const nowMs = () => clock.now().getTime();
  const current = async (): Promise<Known> => {
    if (known !== null && isGood(known, nowMs())) return known;
    asking ??= askPatiently({ ask, clock }, tenantId).finally(() => {
      asking = null;
    });
    known = await asking;
    return known;
  };
  return {
    getToken: async () => {
      const answer = await current();
      if ('refusal' in answer) throw new TenantSignInError(answer.refusal.sentence);
      return answer;
    },
    forget: () => {
      known = null;
    },
    refused: () => (known !== null && 'refusal' in known ? known.refusal : null),
  };
}

function isGood(known: Known, nowMs: number): boolean {
  return 'refusal' in known
    ? nowMs - known.atMs < REFUSAL_MS
    : nowMs < known.expiresOnTimestamp - RENEW_BEFORE_MS;
}

async function askPatiently(
  { ask, clock }: TenantCredentialDeps,
  tenantId: string,
): Promise<Known> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    const atMs = clock.now().getTime();
    const refusal = answer.ok ? refusalIn(answer.accessToken, tenantId) : answer.refusal;
    if (answer.ok && refusal === null) {
      const expiresOnTimestamp = atMs + answer.expiresInSeconds * 1_000;
      return { token: answer.accessToken, expiresOnTimestamp };
    }
    if (refusal !== null && (refusal.kind !== 'trouble' || tries === TRIES))
      return { refusal, atMs };
    await clock.sleep(PAUSE_MS * tries);
  }
}

/** Tokens are for Graph to judge; what can be read of this one is believed only against it. */
function refusalIn(token: string, tenantId: string): TenantRefusal | null {
  let claims: ReturnType<typeof decodeJwt>;
  try {
    claims = decodeJwt(token);
  } catch {
    return null;
  }
  const { tid, roles } = claims;
  if (typeof tid === 'string' && tid.toLowerCase() !== tenantId.toLowerCase()) {
    return {
      kind: 'setUp',
      sentence:
        'Microsoft Entra answered with a token of another tenant, which is not used. Check the id of this tenant.',
    };
  }
  return Array.isArray(roles) && roles.length > 0 ? null : AGREED_TO_NOTHING;
}
