import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../shared/alerts/ledger-row.ts';
import type { SendOutcome } from '../../shared/alerts/notifier.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { stageOf } from '../../shared/expiry/stage.ts';
import { alertWorld, finding, owner, run, told, type AlertWorld } from '../support/alerts.ts';

const DAY_MS = 86_400_000;
const START = '2027-01-19T02:00:00.000Z';
const OWNERS = ['anna', 'bob', 'carl'];

interface Plan {
  id: number;
  endsInDays: number;
  owners: string[];
}

const anyPlans = fc.array(
  fc.record({
    id: fc.nat({ max: 4 }),
    endsInDays: fc.integer({ min: -40, max: 70 }),
    owners: fc.subarray(OWNERS),
  }),
  { minLength: 1, maxLength: 5 },
);

const anySteps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('night' as const), afterHours: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ do: fc.constant('duplicate' as const) }),
    fc.record({
      do: fc.constant('sweep' as const),
      afterMinutes: fc.integer({ min: 1, max: 300 }),
    }),
    fc.record({
      do: fc.constant('answers' as const),
      // Fewer than what makes a warning be given up.
      answers: fc.array(
        fc.constantFrom<SendOutcome['status']>('accepted', 'throttled', 'failed', 'refused'),
        { maxLength: 3 },
      ),
    }),
  ),
  { minLength: 1, maxLength: 12 },
);

function findingsAt(plans: readonly Plan[], now: Date): Finding[] {
  const unique = [...new Map(plans.map((plan) => [plan.id, plan])).values()];
  return unique.map(({ id, endsInDays, owners }) => {
    const expiresAt = new Date(Date.parse(START) + endsInDays * DAY_MS);
    const stage = stageOf({ startsAt: null, expiresAt }, now);
    return finding({
      id: `application:aa:clientSecret:k${id}`,
      expiresAt: expiresAt.toISOString(),
      startsAt: null,
      stage,
      owners: owners.map((name) => owner(`${name}@contoso.example`)),
    });
  });
}

function outcome(status: SendOutcome['status'], world: AlertWorld): SendOutcome {
  if (status === 'accepted') return { status };
  if (status !== 'throttled') return { status, reason: 'the test said so' };
  return { status, notBefore: new Date(world.clock.now().getTime() + 120_000) };
}

/** Every row that was ever planned, by address, finding and stage. */
function rowsOf({ memory }: AlertWorld): LedgerRow[] {
  return (memory.dump()['alertledger'] ?? []).map(({ value }) => value as LedgerRow);
}

function partitionsOf({ memory }: AlertWorld): string[] {
  return (memory.dump()['alertledger'] ?? []).map(({ partition }) => partition);
}

describe('the ledger under any order of nights, repeats, sweeps and refusals', () => {
  it('lets each warning out once, and each one that was planned in the end', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlans, anySteps, async (plans, steps) => {
        const world = alertWorld();
        let nights = 0;
        const night = async () => {
          nights += 1;
          const one = run({ runId: `run-${nights}`, nightId: `night-${nights}` });
          await world.night(one, findingsAt(plans, world.clock.now()));
        };
        for (const step of steps) {
          if (step.do === 'answers') {
            world.mail.answers.push(...step.answers.map((status) => outcome(status, world)));
          }
          if (step.do === 'sweep') {
            world.clock.advance(step.afterMinutes * 60_000);
            await world.sweep();
            await world.drain();
          }
          if (step.do === 'night') {
            world.clock.advance(step.afterHours * 3_600_000);
            await night();
          }
          // The queue delivers at least once: every recipient is looked at again.
          if (step.do === 'duplicate') {
            for (const partition of partitionsOf(world)) await world.deliver(partition);
          }
        }
        world.mail.answers = [];
        for (let sweep = 0; sweep < 8; sweep += 1) {
          world.clock.advance(3 * 3_600_000);
          await world.sweep();
          await world.drain();
        }
        const rows = rowsOf(world).filter(({ state }) => state !== 'gaveUp');
        const planned = rows.map(
          ({ address, findingId, stage }) => `${address}: ${findingId} at ${stage}`,
        );
        const sent = told(world.mail.accepted);
        expect(sent.toSorted()).toEqual(planned.toSorted());
        expect(rows.map(({ state }) => state)).toEqual(rows.map(() => 'sent'));
        expect(world.memory.dump()['alertoutbox'] ?? []).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
