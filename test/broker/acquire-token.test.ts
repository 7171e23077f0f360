import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../shared/broker/broker-deps.ts';
import { brokerWorld, HOLDER, refusal, secretProof } from '../support/broker.ts';

const WANTED = { minTtlSeconds: 300 };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const valueOf = (outcome: Outcome) => (outcome.ok ? outcome.token.value : outcome.reason);

describe('a token', () => {
  it('comes from the provider once, then from memory, then from what instances share', async () => {
    const { newBroker, provider } = await brokerWorld();
    const broker = newBroker();
    expect(valueOf(await broker.acquire(HOLDER, WANTED))).toBe('at-1');
    expect(valueOf(await broker.acquire(HOLDER, WANTED))).toBe('at-1');
    expect(valueOf(await newBroker().acquire(HOLDER, WANTED))).toBe('at-1');
    expect(provider.asked).toEqual([{ refreshToken: 'rt-0', proof: 'new' }]);
  });

  it('is got once for many callers of many instances at the same time', async () => {
    const { newBroker, provider } = await brokerWorld();
    const brokers = Array.from({ length: 4 }, () => newBroker());
    const asked = Array.from(
      { length: 200 },
      (_, index) =>
        brokers.at(index % 4)?.acquire(HOLDER, WANTED) ?? Promise.reject(new Error('none')),
    );
    const values = (await Promise.all(asked)).map(valueOf);
    expect(new Set(values)).toEqual(new Set(['at-1']));
    expect(provider.asked).toHaveLength(1);
  });

  it('is renewed when it has less life left than the caller needs, with the newest refresh token', async () => {
    const { newBroker, provider, clock } = await brokerWorld();
    const broker = newBroker();
    await broker.acquire(HOLDER, WANTED);
    clock.advance(30 * MINUTE_MS);
    expect(valueOf(await broker.acquire(HOLDER, WANTED))).toBe('at-1');
    expect(valueOf(await broker.acquire(HOLDER, { minTtlSeconds: 2100 }))).toBe('at-2');
    expect(provider.asked.map(({ refreshToken }) => refreshToken)).toEqual(['rt-0', 'rt-1']);
  });

  it('is answered as it is while it is younger than a minute, whatever life is wanted', async () => {
    const { newBroker, provider } = await brokerWorld();
    const broker = newBroker();
    provider.script.push({
      ok: true,
      tokens: {
        accessToken: 'short',
        expiresInSeconds: 600,
        refreshInSeconds: null,
        scope: 's',
        refreshToken: null,
        identity: null,
      },
    });
    await broker.acquire(HOLDER, { minTtlSeconds: 3000 });
    expect(valueOf(await broker.acquire(HOLDER, { minTtlSeconds: 3000 }))).toBe('short');
    expect(provider.asked).toHaveLength(1);
  });

  it('keeps the refresh token when an answer has none, and when it has the same again', async () => {
    const { newBroker, provider, clock } = await brokerWorld();
    const broker = newBroker();
    const tokens = {
      accessToken: 'at',
      expiresInSeconds: 3600,
      refreshInSeconds: null,
      scope: 's',
      identity: null,
    };
    provider.script.push({ ok: true, tokens: { ...tokens, refreshToken: null } });
    provider.script.push({ ok: true, tokens: { ...tokens, refreshToken: 'rt-0' } });
    for (let hour = 0; hour < 3; hour += 1) {
      await broker.acquire(HOLDER, WANTED);
      clock.advance(60 * MINUTE_MS);
    }
    expect(provider.asked.map(({ refreshToken }) => refreshToken)).toEqual([
      'rt-0',
      'rt-0',
      'rt-0',
    ]);
  });

  it('of a connection without a grant is "nobody has signed in"', async () => {
    const { newBroker, provider } = await brokerWorld();
    const other = { ...HOLDER, connectionId: 'bc-sandbox' };
    expect(await newBroker().acquire(other, WANTED)).toEqual({ ok: false, reason: 'noGrant' });
    expect(provider.asked).toEqual([]);
  });

  it('for an application of its own needs no grant', async () => {
    const { newBroker, provider } = await brokerWorld();
    const app = {
      ...HOLDER,
      connectionId: 'bc-reporting',
      grantType: 'clientCredentials' as const,
    };
    expect(valueOf(await newBroker().acquire(app, WANTED))).toBe('at-1');
    expect(provider.asked).toEqual([{ refreshToken: '', proof: 'new' }]);
  });

  it('from memory is void once the connection is of another generation', async () => {
    const { newBroker, states, clock } = await brokerWorld();
    const broker = newBroker();
    await broker.acquire(HOLDER, WANTED);
    const lease = await states.lease(HOLDER);
    const stored = await lease?.read();
    await lease?.remove();
    await lease?.release();
    expect(stored?.state.grantId).toBe('consent-1');
    clock.advance(30_000);
    expect(await broker.acquire({ ...HOLDER, generation: 2 }, WANTED)).toEqual({
      ok: false,
      reason: 'noGrant',
    });
  });
});

describe('the anchor in Key Vault', () => {
  it('gets at most one new version a week, however often tokens are renewed', async () => {
    const { newBroker, vault, clock, provider } = await brokerWorld();
    const broker = newBroker();
    for (let hour = 0; hour < 24 * 28; hour += 1) {
      await broker.acquire(HOLDER, WANTED);
      clock.advance(60 * MINUTE_MS);
    }
    expect(provider.asked).toHaveLength(24 * 28);
    expect(vault.versions()['conn-bc-production-a1b2c3d4-grant']).toBeLessThanOrEqual(1 + 4);
  });

  it('stands in for a shared state whose seal does not open', async () => {
    const { newBroker, provider, lines } = await brokerWorld();
    const lost = newBroker({
      sealing: {
        current: async () => ({ keyId: 'v2', key: new Uint8Array(32) }),
        byId: async () => null,
      },
    });
    expect(valueOf(await lost.acquire(HOLDER, WANTED))).toBe('at-1');
    expect(provider.asked).toEqual([{ refreshToken: 'rt-0', proof: 'new' }]);
    expect(lines.join()).not.toContain('rt-0');
  });

  it('that cannot be written costs nobody a token, and is made good later', async () => {
    const { newBroker, vault, clock } = await brokerWorld();
    clock.advance(8 * DAY_MS);
    const failing = { ...vault, put: () => Promise.reject(new Error('429')) };
    expect(valueOf(await newBroker({ vault: failing }).acquire(HOLDER, WANTED))).toBe('at-1');
    expect(vault.versions()['conn-bc-production-a1b2c3d4-grant']).toBe(1);
    clock.advance(60 * MINUTE_MS);
    await newBroker().acquire(HOLDER, WANTED);
    expect(vault.versions()['conn-bc-production-a1b2c3d4-grant']).toBe(2);
  });
});

describe('a refusal', () => {
  it.each([
    ['appCredentialBroken', refusal('invalid_client', 7000222, 401)],
    ['reauthorizationRequired', refusal('invalid_grant', 50173)],
    ['adminActionRequired', refusal('access_denied', 53003)],
    ['misconfigured', refusal('invalid_request', 90002)],
  ])(
    'as %s is remembered, is not asked for again, and never costs the grant',
    async (status, no) => {
      const { newBroker, provider, state, clock } = await brokerWorld();
      provider.script.push(no);
      const outcome = await newBroker().acquire(HOLDER, WANTED);
      expect(outcome).toMatchObject({ ok: false, reason: 'failed', failure: { status } });
      expect(await newBroker().acquire(HOLDER, WANTED)).toMatchObject({ failure: { status } });
      expect(provider.asked).toHaveLength(1);
      expect(await state()).toMatchObject({ grantId: 'consent-1', failure: { status } });
      clock.advance(2 * 60 * MINUTE_MS);
      expect(valueOf(await newBroker().acquire(HOLDER, WANTED))).toBe('at-1');
      expect((await state()).failure).toBeNull();
    },
  );

  it('is asked over at once by a forced refresh, and success ends it', async () => {
    const { newBroker, provider, state } = await brokerWorld();
    provider.script.push(refusal('invalid_grant', 50173));
    const broker = newBroker();
    await broker.acquire(HOLDER, WANTED);
    expect(valueOf(await broker.acquire(HOLDER, { ...WANTED, force: true }))).toBe('at-1');
    expect((await state()).failure).toBeNull();
  });

  it('of a dead secret tries the next one, and remembers for a day which works', async () => {
    const { newBroker, provider, proofs, clock } = await brokerWorld();
    proofs.push(secretProof('old'));
    const dead = refusal('invalid_client', 7000222, 401);
    provider.script.push(dead);
    const broker = newBroker();
    expect(valueOf(await broker.acquire(HOLDER, WANTED))).toBe('at-1');
    for (let hour = 0; hour < 23; hour += 1) {
      clock.advance(61 * MINUTE_MS);
      await broker.acquire(HOLDER, WANTED);
    }
    const used = () => provider.asked.map(({ proof }) => proof);
    expect(used()).toEqual(['new', ...Array.from({ length: 24 }, () => 'old')]);
    clock.advance(61 * MINUTE_MS);
    provider.script.push(dead);
    await broker.acquire(HOLDER, WANTED);
    expect(used().slice(-2)).toEqual(['new', 'old']);
  });

  it('of a secret that is not known everywhere yet is tried again after ten minutes', async () => {
    const { newBroker, provider, proofs, clock } = await brokerWorld();
    proofs.push(secretProof('old'));
    provider.script.push(refusal('invalid_client', 7000215, 401));
    const broker = newBroker();
    await broker.acquire(HOLDER, WANTED);
    clock.advance(61 * MINUTE_MS);
    await broker.acquire(HOLDER, WANTED);
    expect(provider.asked.map(({ proof }) => proof)).toEqual(['new', 'old', 'new']);
  });

  it('is not waited for: a new secret is used from the next refresh on, while the old one still works', async () => {
    const { newBroker, provider, proofs, clock, outcomes } = await brokerWorld();
    const broker = newBroker();
    await broker.acquire(HOLDER, WANTED);
    proofs.unshift(secretProof('newer'));
    clock.advance(61 * MINUTE_MS);
    await broker.acquire(HOLDER, WANTED);
    expect(provider.asked.map(({ proof }) => proof)).toEqual(['new', 'newer']);
    expect(outcomes.map((outcome) => outcome.ok && outcome.proof)).toEqual(['new', 'newer']);
  });

  it('of anything else than the secret tries no other one', async () => {
    const { newBroker, provider, proofs } = await brokerWorld();
    proofs.push(secretProof('old'));
    provider.script.push(refusal('invalid_grant', 50173));
    await newBroker().acquire(HOLDER, WANTED);
    expect(provider.asked).toHaveLength(1);
  });

  it('of a dead secret ends at once when another secret comes', async () => {
    const { newBroker, provider, proofs } = await brokerWorld();
    provider.script.push(refusal('invalid_client', 7000222, 401));
    await newBroker().acquire(HOLDER, WANTED);
    proofs.unshift(secretProof('newer'));
    expect(valueOf(await newBroker().acquire(HOLDER, WANTED))).toBe('at-1');
    expect(provider.asked.map(({ proof }) => proof)).toEqual(['new', 'newer']);
  });

  it('that passes is tried twice more, then the older token is answered while it has a minute left', async () => {
    const { newBroker, provider, clock } = await brokerWorld();
    const broker = newBroker();
    await broker.acquire(HOLDER, WANTED);
    clock.advance(57 * MINUTE_MS);
    const down = refusal('temporarily_unavailable', 90033, 503);
    provider.script.push(down, down, down);
    expect(await broker.acquire(HOLDER, WANTED)).toMatchObject({
      ok: true,
      token: { value: 'at-1' },
      staleBecause: { status: 'degraded' },
    });
    expect(provider.asked).toHaveLength(4);
    clock.advance(2.5 * MINUTE_MS);
    provider.script.push(down, down, down);
    expect(await broker.acquire(HOLDER, WANTED)).toMatchObject({ ok: false, reason: 'failed' });
  });

  it('for asking too often is not answered by asking more', async () => {
    const { newBroker, provider } = await brokerWorld();
    provider.script.push(refusal('invalid_grant', 50196));
    await newBroker().acquire(HOLDER, WANTED);
    await newBroker().acquire(HOLDER, WANTED);
    expect(provider.asked).toHaveLength(1);
  });

  it('is told to whoever keeps the status, and so is success', async () => {
    const { newBroker, provider, outcomes, clock } = await brokerWorld();
    provider.script.push(refusal('invalid_grant', 50173));
    await newBroker().acquire(HOLDER, WANTED);
    clock.advance(2 * 60 * MINUTE_MS);
    await newBroker().acquire(HOLDER, WANTED);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, true]);
  });
});

describe('a forced refresh', () => {
  it('asks the provider although a good token is there, at most once a minute over all instances', async () => {
    const { newBroker, provider, clock } = await brokerWorld();
    await newBroker().acquire(HOLDER, WANTED);
    const force = { ...WANTED, force: true };
    expect(valueOf(await newBroker().acquire(HOLDER, force))).toBe('at-2');
    expect(await newBroker().acquire(HOLDER, force)).toEqual({
      ok: false,
      reason: 'tooSoon',
      retryAfterSeconds: 60,
    });
    clock.advance(MINUTE_MS);
    expect(valueOf(await newBroker().acquire(HOLDER, force))).toBe('at-3');
    expect(provider.asked).toHaveLength(3);
  });
});

describe('while another instance holds the lease', () => {
  it('a caller waits five seconds, then is told when to come back', async () => {
    const { newBroker, states, clock } = await brokerWorld();
    await states.lease(HOLDER);
    const before = clock.now().getTime();
    expect(await newBroker().acquire(HOLDER, WANTED)).toMatchObject({ ok: false, reason: 'busy' });
    expect(clock.now().getTime() - before).toBe(5_000);
  });

  it('a caller gets the older token if it is of use', async () => {
    const { newBroker, states, clock } = await brokerWorld();
    await newBroker().acquire(HOLDER, WANTED);
    clock.advance(57 * MINUTE_MS);
    await states.lease(HOLDER);
    expect(valueOf(await newBroker().acquire(HOLDER, WANTED))).toBe('at-1');
  });
});
