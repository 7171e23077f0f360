import { describe, expect, it } from 'vitest';
import { deathOf } from '../../shared/broker/death-date.ts';
import { keepAlive } from '../../shared/broker/keep-alive.ts';
import { noteOutcome } from '../../shared/broker/note-outcome.ts';
import { withStateLease } from '../../shared/broker/with-state-lease.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import type { Account } from '../../shared/credentials/account.ts';
import { newConnectionState } from '../../shared/connections/connection-status.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { brokerWorld, HOLDER, refusal } from '../support/broker.ts';
import { ERP } from '../support/connect-world.ts';
import { connection } from '../support/connections.ts';

const DAY_MS = 86_400_000;

async function world({ secretEnd = null as Date | null, account = null as Account | null } = {}) {
  const broker = await brokerWorld();
  const connections = createConnectionStore(memoryTables().open);
  const made = connection();
  await connections.create(made);
  await connections.setState(made, () => ({
    ...newConnectionState(broker.clock.now()),
    status: 'connected',
    generation: 1,
    authorizedBy: { ...ERP, at: broker.clock.now().toISOString() },
  }));
  const deps = {
    ...broker.deps,
    connections,
    tokens: broker.newBroker({
      outcomeOf: (_holder, outcome) =>
        noteOutcome({ connections, clock: broker.clock }, made, outcome),
    }),
    secretEndOf: async () => secretEnd,
    accountOf: async () => account,
  };
  const state = async () => connections.state(made);
  return { ...broker, connections, deps, keepAlive: () => keepAlive(deps), state };
}

describe('keep-alive', () => {
  it('renews a grant about once a week, whether or not anybody asks for tokens', async () => {
    const { keepAlive, clock, provider, vault } = await world();
    for (let run = 0; run < 4 * 70; run += 1) {
      await keepAlive();
      clock.advance(DAY_MS / 4);
    }
    expect(provider.asked.length).toBeGreaterThanOrEqual(8);
    expect(provider.asked.length).toBeLessThanOrEqual(10);
    // The anchor follows, and that is all that Key Vault is written for.
    expect(vault.versions()['conn-bc-production-a1b2c3d4-grant']).toBeLessThanOrEqual(11);
  });

  it('leaves alone what somebody keeps fresh by taking tokens', async () => {
    const { keepAlive, deps, clock, provider } = await world();
    for (let day = 0; day < 30; day += 1) {
      await deps.tokens.acquire(HOLDER, { minTtlSeconds: 60 });
      const before = provider.asked.length;
      await keepAlive();
      expect(provider.asked.length).toBe(before);
      clock.advance(DAY_MS);
    }
  });

  it('says until when the connection works, and what ends it', async () => {
    const { keepAlive, state, clock } = await world();
    await keepAlive();
    expect(await state()).toMatchObject({
      worksUntil: new Date(clock.now().getTime() + 90 * DAY_MS).toISOString(),
      endsBecause: 'signInExpires',
    });
    const secretEnd = new Date('2026-12-24T00:00:00Z');
    const other = await world({ secretEnd });
    await other.keepAlive();
    expect(await other.state()).toMatchObject({
      worksUntil: secretEnd.toISOString(),
      endsBecause: 'secretExpires',
    });
  });

  it('says that the person who signed in leaves, when their directory knows the day', async () => {
    const leavesAt = new Date('2026-12-31T00:00:00Z');
    const { keepAlive, state } = await world({ account: { isDisabled: false, leavesAt } });
    await keepAlive();
    expect(await state()).toMatchObject({
      worksUntil: leavesAt.toISOString(),
      endsBecause: 'userLeaves',
    });
  });

  it('asks the provider at once when the account was disabled, so that people hear in its words', async () => {
    const account = { isDisabled: true, leavesAt: null };
    const { keepAlive, state, provider } = await world({ account });
    provider.script.push(refusal('invalid_grant', 50057));
    expect(await keepAlive()).toMatchObject({ failed: 1 });
    expect(await state()).toMatchObject({ status: 'adminActionRequired' });
  });

  it('counts a refusal, keeps the grant, and asks again no sooner than a caller would', async () => {
    const { keepAlive, clock, provider, state, states } = await world();
    clock.advance(9 * DAY_MS);
    provider.script.push(refusal('invalid_grant', 50173));
    expect(await keepAlive()).toMatchObject({ grants: 1, renewed: 0, failed: 1 });
    expect(await state()).toMatchObject({ status: 'reauthorizationRequired' });
    expect((await states.read(HOLDER))?.state.grantId).toBe('consent-1');
    await keepAlive();
    expect(provider.asked).toHaveLength(1);
    clock.advance(2 * 3_600_000);
    expect(await keepAlive()).toMatchObject({ renewed: 1 });
    expect(await state()).toMatchObject({ status: 'connected', statusReason: null });
  });

  it('raises an alarm when the oldest grant is 60 days old: the timer must have been dead', async () => {
    const { keepAlive, clock, lines, provider } = await world();
    clock.advance(61 * DAY_MS);
    provider.script.push(refusal('invalid_client', 7000222, 401));
    expect(await keepAlive()).toMatchObject({ oldestDays: 61 });
    expect(lines.filter((line) => line.includes('"error"')).join()).toContain('60 days');
  });

  it('does not ask for a sign-in that nobody has approved', async () => {
    const { keepAlive, clock, deps, provider } = await world();
    await withStateLease(deps, HOLDER, async (lease) => {
      const stored = await lease.read();
      return stored && lease.write({ ...stored.state, isApproved: false }, stored.etag);
    });
    clock.advance(30 * DAY_MS);
    await keepAlive();
    expect(provider.asked).toEqual([]);
  });
});

describe('the day on which a connection dies', () => {
  const at = (iso: string) => new Date(iso);
  const nothing = {
    secretExpires: null,
    certificateExpires: null,
    refreshTokenAt: null,
    signedInAt: null,
    signInFrequencySeconds: null,
    userLeaves: null,
  };

  it('is the nearest of what it needs', () => {
    expect(deathOf(nothing)).toEqual({ worksUntil: null, endsBecause: null });
    const signedInAt = at('2026-11-25T08:00:00Z');
    const ends = { ...nothing, signedInAt, refreshTokenAt: signedInAt };
    expect(deathOf(ends)).toEqual({
      worksUntil: '2027-02-23T08:00:00.000Z',
      endsBecause: 'signInExpires',
    });
    expect(deathOf({ ...ends, signInFrequencySeconds: 3600 })).toEqual({
      worksUntil: '2026-11-25T09:00:00.000Z',
      endsBecause: 'signInFrequency',
    });
    expect(deathOf({ ...ends, certificateExpires: at('2026-12-01T00:00:00Z') })).toMatchObject({
      endsBecause: 'certificateExpires',
    });
  });
});
