import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/checks/finding.ts';
import { alertWorld, finding, run } from '../support/alerts.ts';

type State = 'due' | 'quiet' | 'replaced' | 'gone' | 'partial';

const DAY_MS = 86_400_000;

function findingIn(state: State, stage: number): Finding[] {
  if (state === 'gone') return [];
  const replaced = { supersession: 'replacementInUse', supersededBy: 'new' } as const;
  if (state === 'replaced') return [finding({ stage, ...replaced })];
  return [finding({ stage: state === 'quiet' ? null : stage })];
}

/** What reached anna about one secret, in order: "ends" or "done". */
async function storyOf(states: State[]): Promise<string[]> {
  const world = alertWorld();
  const stages = [14, 14, 7, 7, 3, 1, 0];
  for (const [index, state] of states.entries()) {
    const id = `night-${index}`;
    const isPartial = state === 'partial';
    const one = run({ runId: id, nightId: id, status: isPartial ? 'partial' : 'complete' });
    // What a partial run could not read is still open.
    const open = findingIn(state, stages[index % stages.length] ?? 0);
    await world.night(one, open);
    world.clock.advance(DAY_MS);
  }
  return world.mail.accepted
    .filter(({ address }) => address.startsWith('anna'))
    .flatMap(({ items }) => items.filter(({ kind }) => kind !== 'recheck'))
    .map(({ kind }) => kind);
}

const states = fc.array(fc.constantFrom<State>('due', 'quiet', 'replaced', 'gone', 'partial'), {
  minLength: 1,
  maxLength: 12,
});

describe('whatever becomes of a secret from night to night', () => {
  it('nobody hears "done" without a warning before it, nor twice, and everybody warned hears it', async () => {
    await fc.assert(
      fc.asyncProperty(states, async (nights) => {
        const story = await storyOf(nights);
        for (const [index, kind] of story.entries()) {
          if (kind === 'done') expect(story[index - 1]).toBe('ends');
        }
        const isOver = ['replaced', 'gone'].includes(nights.at(-1) ?? '');
        if (isOver && story.length > 0) expect(story.at(-1)).toBe('done');
        const lastWarned = nights.findLast((state) => state !== 'quiet');
        if (lastWarned === 'due' || lastWarned === 'partial') expect(story.at(-1)).toBe('ends');
      }),
      { numRuns: 150 },
    );
  });
});
