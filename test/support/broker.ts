import { randomBytes } from 'node:crypto';
import { createTokenBroker } from '../../shared/broker/acquire-token.ts';
import type { BrokerDeps, Outcome } from '../../shared/broker/broker-deps.ts';
import type { GrantHolder } from '../../shared/broker/grant-holder.ts';
import { NO_GRANT } from '../../shared/broker/grant-state.ts';
import { memoryGrantStates } from '../../shared/broker/memory-grant-state-store.ts';
import { sealRefreshToken } from '../../shared/broker/refresh-token.ts';
import { readTokenError } from '../../shared/broker/token-error.ts';
import type {
  ClientProof,
  ProviderAnswer,
  ProviderCall,
  TokenProvider,
} from '../../shared/broker/token-provider.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import { createLog } from '../../shared/log.ts';
import { fakeClock } from './fake-clock.ts';

export const HOLDER: GrantHolder = {
  connectionId: 'bc-production',
  instance: 'a1b2c3d4',
  tenantId: '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
  clientId: '11111111-2222-4333-8444-555555555555',
  scopes: ['https://api.businesscentral.dynamics.com/.default', 'offline_access'],
  grantType: 'authorizationCode',
  oauth2: null,
  generation: 1,
};

/** What a provider said no with, as the broker reads it. */
export function refusal(error: string, number: number, httpStatus = 400): ProviderAnswer {
  const body = JSON.stringify({
    error,
    error_description: `AADSTS${number}: no`,
    error_codes: [number],
  });
  return { ok: false, error: readTokenError({ httpStatus, body, retryAfter: null }) };
}

export interface FakeProvider extends TokenProvider {
  /** The refresh tokens (or '' for client credentials) that it was asked with, and with which proof. */
  asked: { refreshToken: string; proof: string }[];
  /** Answers that are given first, in order. */
  script: (ProviderAnswer | (() => Promise<ProviderAnswer>))[];
}

/** Gives tokens for an hour. A rotating one kills the grant when an old refresh token is used again. */
function fakeProvider({ rotating = false } = {}): FakeProvider {
  let count = 0;
  let current = 'rt-0';
  let isDead = false;
  const asked: FakeProvider['asked'] = [];
  const script: FakeProvider['script'] = [];
  const answer = async (refreshToken: string, { proof }: ProviderCall): Promise<ProviderAnswer> => {
    asked.push({ refreshToken, proof: proof.id });
    const next = script.shift();
    if (next !== undefined) return typeof next === 'function' ? next() : next;
    if (rotating && refreshToken !== '') {
      if (refreshToken !== current) isDead = true;
      if (isDead) return refusal('invalid_grant', 70000);
    }
    count += 1;
    current = `rt-${count}`;
    return {
      ok: true,
      tokens: {
        accessToken: `at-${count}`,
        expiresInSeconds: 3600,
        refreshInSeconds: null,
        scope: 'https://api.businesscentral.dynamics.com/.default',
        refreshToken: refreshToken === '' ? null : current,
        identity: null,
      },
    };
  };
  return {
    keepsOldRefreshToken: !rotating,
    asked,
    script,
    redeemCode: (call) => answer('code', call),
    refresh: (call) => answer(call.refreshToken, call),
    clientCredentials: (call) => answer('', call),
  };
}

export const secretProof = (id: string): ClientProof => ({
  type: 'secret',
  id,
  value: `value-${id}`,
});

/** A broker's world in memory, with a grant in it whose refresh token is `rt-0`. */
export async function brokerWorld({ rotating = false } = {}) {
  const clock = fakeClock('2026-11-25T08:00:00Z');
  const states = memoryGrantStates(clock);
  const vault = memorySecretVault();
  const provider = fakeProvider({ rotating });
  const proofs: ClientProof[] = [secretProof('new')];
  const outcomes: Outcome[] = [];
  const lines: string[] = [];
  const key = { keyId: 'v1', key: randomBytes(32) };
  const deps: BrokerDeps = {
    states,
    vault,
    sealing: {
      current: async () => key,
      byId: async (keyId) => (keyId === key.keyId ? key : null),
    },
    providerOf: () => provider,
    proofsOf: async () => [...proofs],
    outcomeOf: async (_holder, outcome) => void outcomes.push(outcome),
    clock,
    random: () => 0.5,
    randomBytes,
    log: createLog((line) => void lines.push(line)),
  };
  const lease = await states.lease(HOLDER);
  const refreshToken = await sealRefreshToken(deps, HOLDER, { text: 'rt-0', generation: 1 });
  const pin = await vault.put('conn-bc-production-a1b2c3d4-grant', 'rt-0', {
    contentType: '',
    tags: {},
  });
  const storedAt = clock.now().toISOString();
  await lease?.write(
    {
      ...NO_GRANT,
      generation: 1,
      grantId: 'consent-1',
      signedInAt: storedAt,
      refreshToken,
      refreshTokenAt: storedAt,
      pin: { ...pin, storedAt },
    },
    null,
  );
  await lease?.release();
  return {
    clock,
    states,
    vault,
    provider,
    proofs,
    outcomes,
    lines,
    deps,
    /** Another instance each time: nothing but states and vault is shared. */
    newBroker: (changed: Partial<BrokerDeps> = {}) => createTokenBroker({ ...deps, ...changed }),
    state: async () => (await states.read(HOLDER))?.state ?? NO_GRANT,
  };
}
