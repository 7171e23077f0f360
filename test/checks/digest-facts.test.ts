import { describe, expect, it } from 'vitest';
import { digestFacts } from '../../shared/checks/digest-facts.ts';
import { policyOf } from '../../shared/expiry/overrides.ts';
import { aFinding } from '../support/stored.ts';

const now = new Date('2026-03-01T02:00:00Z');

function asking(id: string, ...tags: string[]) {
  return aFinding({ id, policy: policyOf({ tags, notes: null }, now) });
}

describe('what a digest says though nobody is warned', () => {
  it('names what owners silence, what is back soonest first, and who takes care', () => {
    const { silenced } = digestFacts(
      [
        asking('later', 'keyturn:ignore-until=2026-05-01'),
        asking('sooner', 'keyturn:managed-by=customer;review=2026-04-01'),
        asking('over', 'keyturn:ignore-until=2026-02-01'),
        aFinding({ id: 'plain' }),
      ],
      now,
    );
    expect(silenced.map(({ finding, mute }) => [finding.id, mute.because, mute.who])).toEqual([
      ['sooner', 'managedBySomebodyElse', 'customer'],
      ['later', 'ignored', null],
    ]);
  });

  it('says once per application what was written there and does not count', () => {
    const bad = 'keyturn:ignore-until=2099-01-01';
    const elsewhere = { ...asking('c', bad), holder: { ...aFinding().holder, objectId: 'o2' } };
    const { faults } = digestFacts([asking('a', bad), asking('b', bad), elsewhere], now);
    expect(faults.map(({ finding }) => finding.id)).toEqual(['a', 'c']);
  });

  it('suggests what may be deleted, and nothing of what is closed', () => {
    const old = { expiresAt: '2025-06-01T00:00:00.000Z', status: 'expired' as const };
    const { cleanUps, silenced } = digestFacts(
      [
        aFinding({ id: 'old', ...old }),
        aFinding({ id: 'gone', ...old, closedAt: '2026-02-01T02:00:00.000Z' }),
      ],
      now,
    );
    expect(cleanUps).toEqual([
      {
        finding: expect.objectContaining({ id: 'old' }),
        words: expect.stringContaining('273 days'),
      },
    ]);
    expect(silenced).toEqual([]);
  });
});
