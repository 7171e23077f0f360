import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenBroker } from '../../shared/broker/acquire-token.ts';
import type { BrokerDeps, Outcome } from '../../shared/broker/broker-deps.ts';
import type { GrantHolder } from '../../shared/broker/grant-holder.ts';
import type { StateLease } from '../../shared/broker/grant-state-store.ts';
import { memoryGrantStates } from '../../shared/broker/memory-grant-state-store.ts';
import { oauth2TokenProvider } from '../../shared/broker/oauth2-token-provider.ts';
import { saveGrant } from '../../shared/broker/save-grant.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import { createLog } from '../../shared/log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import {
  OIDC_CLIENT,
  OIDC_ISSUER,
  OIDC_PROVIDER,
  startOidcProvider,
} from '../support/oidc-provider.ts';
import { seeded } from '../support/random.ts';

const REFRESHES = 1_000;
const HOSTS = 4;
const CALLERS = 16;
const HOUR_MS = 3_600_000;

let oidc: Awaited<ReturnType<typeof startOidcProvider>>;
beforeAll(async () => {
  oidc = await startOidcProvider();
});
afterAll(() => oidc.stop());

class Crash extends Error {}

/**
 * One process: everything that it does outside of itself goes through here, and one of these calls may be its last,
 * before it takes effect or just after. `window` is where nobody can help: the provider has given a new refresh token
 * and taken the old one out of force, and nothing is written yet.
 */
function processOf(deps: BrokerDeps, crash: { at: number; isAfter: boolean } | null) {
  const died = { in: null as 'window' | 'elsewhere' | null, hadLease: false };
  let calls = 0;
  let hasNewToken = false;
  let hasLease = false;
  const die = (): never => {
    died.in ??= hasNewToken ? 'window' : 'elsewhere';
    died.hadLease ||= hasLease;
    throw new Crash();
  };
  const guarded =
    <A extends unknown[], R>(
      call: (...args: A) => Promise<R>,
      onDone: (result: R) => void = () => undefined,
    ) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (died.in !== null) throw new Crash();
      const isLast = crash !== null && calls === crash.at;
      if (isLast && !crash.isAfter) die();
      const result = await call(...args);
      if (died.in === null) onDone(result);
      if (isLast) die();
      return result;
    };
  const leased = (held: StateLease): StateLease => ({
    endsAt: () => held.endsAt(),
    read: guarded(() => held.read()),
    write: guarded(
      (state, etag) => held.write(state, etag),
      (etag) => {
        if (etag !== null) hasNewToken = false;
      },
    ),
    renew: guarded(() => held.renew()),
    remove: guarded(() => held.remove()),
    // A process that is gone releases nothing.
    release: async () => {
      if (died.in !== null) return;
      hasLease = false;
      await held.release();
    },
  });
  const provider = deps.providerOf(HOLDER);
  return {
    died,
    broker: createTokenBroker({
      ...deps,
      states: {
        read: guarded((key) => deps.states.read(key)),
        lease: guarded(
          async (key) => {
            const held = await deps.states.lease(key);
            return held === null ? null : leased(held);
          },
          (held) => {
            hasLease ||= held !== null;
          },
        ),
      },
      vault: { ...deps.vault, put: guarded((...args) => deps.vault.put(...args)) },
      providerOf: () => ({
        ...provider,
        refresh: guarded(
          (call) => provider.refresh(call),
          (answer) => {
            hasNewToken = answer.ok;
          },
        ),
      }),
      outcomeOf: guarded((...args) => deps.outcomeOf(...args)),
    }),
  };
}

const HOLDER: GrantHolder = {
  connectionId: 'crm',
  instance: 'a1b2c3d4',
  tenantId: '',
  clientId: OIDC_CLIENT.clientId,
  scopes: OIDC_CLIENT.scopes,
  grantType: 'authorizationCode',
  oauth2: OIDC_PROVIDER,
  generation: 1,
};
const PROOF = { type: 'secret' as const, id: 'v1', value: OIDC_CLIENT.secret };

function world() {
  const clock = fakeClock('2026-11-25T08:00:00Z');
  const states = memoryGrantStates(clock);
  const key = { keyId: 'v1', key: randomBytes(32) };
  const lines: string[] = [];
  const methods = new Map();
  const deps: BrokerDeps = {
    states,
    vault: memorySecretVault(),
    sealing: { current: async () => key, byId: async (id) => (id === 'v1' ? key : null) },
    providerOf: () =>
      oauth2TokenProvider({ egress: oidc.egress, methods, provider: OIDC_PROVIDER }),
    proofsOf: async () => [PROOF],
    outcomeOf: async () => undefined,
    // The provider takes real time to answer, so who waits for it waits a little and moves no clock.
    clock: { ...clock, sleep: () => new Promise((resolve) => setTimeout(resolve, 2)) },
    random: () => 0.5,
    randomBytes,
    log: createLog((line) => void lines.push(line)),
  };
  const signIn = async (): Promise<void> => {
    const codeVerifier = randomBytes(32).toString('base64url');
    const answer = await deps.providerOf(HOLDER).redeemCode({
      client: HOLDER,
      proof: PROOF,
      timeoutMs: 5_000,
      code: await oidc.signIn('the-nonce', codeVerifier),
      codeVerifier,
      redirectUri: OIDC_CLIENT.redirectUri,
      nonce: 'the-nonce',
    });
    if (!answer.ok) throw new Error(answer.error.title);
    expect(answer.tokens.identity).toMatchObject({ issuer: OIDC_ISSUER, subject: 'ann' });
    HOLDER.generation = await saveGrant(deps, HOLDER, {
      tokens: answer.tokens,
      askedAt: clock.now(),
      grantId: randomBytes(8).toString('hex'),
      isApproved: true,
    });
  };
  return { clock, deps, lines, signIn };
}

describe('the certified provider, whose refresh tokens turn and whose grants end on reuse', () => {
  it('gives an application a token of its own', async () => {
    const { deps } = world();
    const client = { ...HOLDER, scopes: [] };
    expect(
      await deps.providerOf(HOLDER).clientCredentials({ client, proof: PROOF, timeoutMs: 5_000 }),
    ).toMatchObject({ ok: true, tokens: { refreshToken: null } });
  });

  it('really ends a grant when an old refresh token is used', async () => {
    const { deps, clock, signIn } = world();
    await signIn();
    const before = await deps.states.read(HOLDER);
    clock.advance(HOUR_MS);
    const broker = createTokenBroker(deps);
    expect(await broker.acquire(HOLDER, { minTtlSeconds: 300 })).toMatchObject({ ok: true });
    const lease = await deps.states.lease(HOLDER);
    const now = await lease?.read();
    if (before !== null && now != null) await lease?.write(before.state, now.etag);
    await lease?.release();
    const failed = await createTokenBroker(deps).acquire(HOLDER, { minTtlSeconds: 300 });
    expect(failed).toMatchObject({ failure: { status: 'reauthorizationRequired' } });
  });

  it('has its grant alive after a thousand refreshes under load with crashes at random', async () => {
    const { deps, clock, lines, signIn } = world();
    const random = seeded(2026);
    await signIn();
    const before = oidc.counts.refreshes;
    let processes = Array.from({ length: HOSTS }, () => processOf(deps, null));
    const crashes = { elsewhere: 0, window: 0 };
    let lost = 0;
    while (oidc.counts.refreshes - before < REFRESHES) {
      clock.advance(HOUR_MS);
      if (random() < 0.3) {
        const crash = { at: 1 + Math.floor(random() * 9), isAfter: random() < 0.5 };
        processes[Math.floor(random() * HOSTS)] = processOf(deps, crash);
      }
      const ask = async (caller: number): Promise<Outcome | null> => {
        const asked = processes[caller % HOSTS];
        try {
          return (await asked?.broker.acquire(HOLDER, { minTtlSeconds: 300 })) ?? null;
        } catch (error) {
          if (asked === undefined || !(error instanceof Crash)) throw error;
          // Nobody lets go of what a dead process held: it runs out.
          if (asked.died.hadLease) clock.advance(61_000);
          asked.died.hadLease = false;
          return null;
        }
      };
      const outcomes = await Promise.all(
        Array.from({ length: CALLERS }, (_, caller) => ask(caller)),
      );
      const died = processes.flatMap(({ died: { in: where } }) => where ?? []);
      for (const where of died) crashes[where] += 1;
      processes = processes.map((one) => (one.died.in === null ? one : processOf(deps, null)));
      const isLost = outcomes.some((one) => one?.ok === false && one.reason === 'failed');
      if (isLost || died.includes('window')) {
        // What a person does when Keyturn says so.
        const outcome = await createTokenBroker(deps).acquire(HOLDER, { minTtlSeconds: 300 });
        if (!outcome.ok) {
          lost += 1;
          await signIn();
        }
      }
    }
    const refreshes = oidc.counts.refreshes - before;
    console.info(
      `${refreshes} refreshes by ${HOSTS} hosts, ${CALLERS} callers each time; ` +
        `${crashes.elsewhere + crashes.window} crashes, ${crashes.window} of them between the provider's answer and ` +
        `the write of the new refresh token; grants lost: ${lost}, by these alone`,
    );
    expect(crashes.elsewhere).toBeGreaterThan(50);
    expect(crashes.window).toBeGreaterThan(5);
    expect(lost).toBe(crashes.window);
    clock.advance(HOUR_MS);
    const alive = await createTokenBroker(deps).acquire(HOLDER, { minTtlSeconds: 300 });
    expect(alive).toMatchObject({ ok: true, staleBecause: null });
    expect(lines.join()).not.toContain(OIDC_CLIENT.secret);
  });
});
