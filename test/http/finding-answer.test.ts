import { describe, expect, it } from 'vitest';
import { policyOf } from '../../shared/expiry/overrides.ts';
import { DEFAULT_THRESHOLDS } from '../../shared/expiry/thresholds.ts';
import { toFindingAnswer } from '../../shared/http/finding-answer.ts';
import { aFinding } from '../support/stored.ts';

const lists = { fallback: ['f@contoso.example'], escalation: [], operations: [] };

function answerAt(now: string, changes: Parameters<typeof aFinding>[0] = {}) {
  const at = new Date(now);
  const policy = policyOf(
    { tags: ['keyturn:managed-by=customer;review=2026-04-15'], notes: null },
    at,
  );
  return toFindingAnswer(aFinding({ policy, ...changes }), {
    now: at,
    lists,
    thresholds: DEFAULT_THRESHOLDS,
    consumersOf: () => [],
    connectionsOf: () => [],
  });
}

describe('a finding in the list', () => {
  it('says who silences it and until when, and that nobody would be told now', () => {
    expect(answerAt('2026-03-02T02:00:00Z')).toMatchObject({
      stage: 30,
      muted: {
        because: 'managedBySomebodyElse',
        until: '2026-04-15T00:00:00.000Z',
        who: 'customer',
      },
      recipients: [],
    });
  });

  it('names the fallback list alone in the last day, as the night does', () => {
    const { recipients } = answerAt('2026-03-30T14:00:00Z');
    expect(recipients).toEqual([{ address: 'f@contoso.example', reason: 'thoughSilenced' }]);
  });

  it('names nobody once its replacement is in use', () => {
    expect(
      answerAt('2026-03-02T02:00:00Z', { policy: null, supersession: 'replacementInUse' }),
    ).toMatchObject({ muted: null, recipients: [], cleanUp: { because: 'replacedAndUnused' } });
  });

  it('says until when the application works as a whole', () => {
    const effectiveEndsAt = '2027-01-01T00:00:00.000Z';
    expect(answerAt('2026-03-02T02:00:00Z', { effectiveEndsAt })).toMatchObject({
      effectiveEndsAt,
    });
  });
});
