import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedConsumer } from '../../shared/credentials/credential.ts';
import { ownPlaceId } from '../../shared/credentials/recorded-consumers.ts';
import { proofOf, type Evidence } from '../../shared/expiry/proof.ts';
import { proofSchema } from '../../shared/expiry/proof-schema.ts';
import { DAY_MS } from '../../shared/expiry/status.ts';
import { anyInstant } from '../support/arbitraries.ts';
import { aPlace } from '../support/consumers.ts';

const now = new Date('2027-01-20T02:00:00Z');
const replacement = {
  keyId: 'NEW',
  name: 'prod 2027',
  hint: 'Xy9',
  startsAt: daysAgo(10),
  expiresAt: daysAgo(-700),
};
const NOTHING: Evidence = { consumers: [], lastSeen: null };

function daysAgo(days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}

/** Somebody said so many days ago that the new one was entered. */
function entered(daysBefore: number, name = 'BC Prod'): RecordedConsumer {
  const confirmedAt = daysAgo(daysBefore).toISOString();
  return aPlace({ name, keyId: 'new', confirmedAt, confirmedBy: 'anna@contoso.example' });
}

/** The directory saw them so many days ago; null: it has no row. */
function seen(old: number | null, fresh: number | null): Evidence['lastSeen'] {
  const rows: Record<string, number | null> = { old, new: fresh };
  return (keyId) => {
    const days = rows[keyId] ?? null;
    return days === null ? null : daysAgo(days);
  };
}

function climb(evidence: Partial<Evidence>) {
  const question = { keyId: 'OLD', replacement, otherKeyIds: ['new', 'third'], now };
  const { supersession, proof } = proofOf(question, { ...NOTHING, ...evidence });
  return { ...proof, isProven: supersession === 'replacementInUse' };
}

describe('the proof ladder', () => {
  it('proves nothing where nobody knows who uses the application', () => {
    expect(climb({})).toMatchObject({ isProven: false, by: null, unproven: [] });
  });

  /** A connection of Keyturn's own whose last token came by a secret entered so many days ago; null: by none. */
  const own = (daysBefore: number | null, name = 'bc-production') =>
    aPlace({
      id: ownPlaceId(name),
      name,
      keyId: null,
      enteredAt: daysBefore === null ? null : daysAgo(daysBefore).toISOString(),
      confirmedAt: null,
      confirmedBy: null,
    });

  it('rung 1: Keyturn got a token with the new one and no longer by the old one', () => {
    expect(climb({ consumers: [own(5)] })).toMatchObject({ isProven: true, by: 'connections' });
    expect(climb({ consumers: [own(null)] }).isProven).toBe(false);
    expect(climb({ consumers: [own(5), own(30, 'bc-old')] })).toMatchObject({
      isProven: false,
      unproven: ['bc-old'],
    });
  });

  it('rung 1: is not proven while something else was seen on the old one after the connection moved', () => {
    expect(climb({ consumers: [own(5)], lastSeen: seen(1, 0.5) }).isProven).toBe(false);
    expect(climb({ consumers: [own(5)], lastSeen: seen(5.5, 0.5) }).isProven).toBe(true);
  });

  it('rung 1: what Keyturn itself still signs in with is no news that the directory could overrule', () => {
    expect(climb({ consumers: [own(30)], lastSeen: seen(8, 1) }).isProven).toBe(false);
    expect(climb({ consumers: [own(5), entered(3)] })).toMatchObject({
      isProven: true,
      by: 'consumers',
    });
  });

  it('rung 2: the directory saw the new one in use, and not the old one for a week', () => {
    expect(climb({ lastSeen: seen(8, 1) })).toMatchObject({ isProven: true, by: 'signIns' });
    expect(climb({ lastSeen: seen(30, 1) }).isProven).toBe(true);
    // Its weekly job has still to run.
    expect(climb({ lastSeen: seen(6, 1) }).isProven).toBe(false);
    // Nobody uses the new one: the application may just be idle.
    expect(climb({ lastSeen: seen(30, null) }).isProven).toBe(false);
    expect(climb({ lastSeen: seen(30, 20) }).isProven).toBe(false);
  });

  it('rung 2: an absent row proves nothing', () => {
    expect(climb({ lastSeen: seen(null, 1) }).isProven).toBe(false);
    expect(climb({ lastSeen: seen(null, null) }).isProven).toBe(false);
  });

  it('rung 3: every place on record holds the new one', () => {
    expect(climb({ consumers: [entered(3)] })).toMatchObject({
      isProven: true,
      by: 'consumers',
      saidBy: 'anna@contoso.example',
    });
    const sandbox = aPlace({ name: 'BC Sandbox' });
    expect(climb({ consumers: [entered(3), sandbox] })).toMatchObject({
      isProven: false,
      unproven: ['BC Sandbox'],
    });
  });

  it('rung 3: counts what was entered after the new one was made, not before', () => {
    const at = (days: number) => ({ keyId: null, enteredAt: daysAgo(days).toISOString() });
    expect(climb({ consumers: [aPlace(at(9))] }).isProven).toBe(true);
    expect(climb({ consumers: [aPlace(at(11))] }).isProven).toBe(false);
    expect(climb({ consumers: [aPlace({ keyId: 'old' })] }).isProven).toBe(false);
  });

  it('does not wait for a place that holds a third secret of the application', () => {
    expect(climb({ consumers: [entered(3), aPlace({ keyId: 'third' })] }).isProven).toBe(true);
  });

  it('does not take a record of a secret that is gone for one of the new secret', () => {
    const lastYears = aPlace({
      name: 'BC Test',
      keyId: 'gone',
      confirmedAt: daysAgo(400).toISOString(),
    });
    expect(climb({ consumers: [lastYears] })).toMatchObject({
      isProven: false,
      unproven: ['BC Test'],
    });
    expect(climb({ consumers: [entered(3), lastYears] }).isProven).toBe(false);
  });

  it('believes what it sees more than what people say', () => {
    expect(climb({ consumers: [entered(3)], lastSeen: seen(1, null) })).toMatchObject({
      isProven: false,
      stillUsed: true,
      oldSeenAt: daysAgo(1).toISOString(),
      saidAt: daysAgo(3).toISOString(),
    });
    // The last sign-in with the old one came before, and the report has had two days to say otherwise.
    expect(climb({ consumers: [entered(3)], lastSeen: seen(4, 1) })).toMatchObject({
      isProven: true,
      stillUsed: false,
    });
  });

  it('facts 3 row 80: waits until a report that is a day late could have shown the old one', () => {
    // Used yesterday morning, "entered" yesterday noon: today's report cannot know better yet.
    expect(climb({ consumers: [entered(0.5)], lastSeen: seen(1, null) })).toMatchObject({
      isProven: false,
      stillUsed: false,
    });
    // Without the old one in sight there is nothing to wait for.
    expect(climb({ consumers: [entered(0.5)], lastSeen: seen(20, null) }).isProven).toBe(true);
  });

  it('forgives that somebody said so an hour before it was saved', () => {
    expect(climb({ consumers: [entered(3)], lastSeen: seen(3 - 0.5 / 24, 1) }).isProven).toBe(true);
  });

  it('never mutes while one of our own connections holds the old one, whatever anybody says or sees', () => {
    const ids = fc.constantFrom(null, 'old', 'NEW', 'new', 'third');
    const iso = anyInstant.map((at) => at.toISOString());
    const consumer = fc
      .record({
        keyId: ids,
        enteredAt: fc.option(iso),
        confirmedAt: fc.option(iso),
        confirmedBy: fc.option(fc.string()),
      })
      .map(aPlace);
    const connection = fc
      .record({ name: fc.string(), enteredAt: fc.option(iso) })
      .map((changes) => ({ ...own(null), ...changes }));
    const days = fc.option(fc.double({ min: 0, max: 60, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(consumer, { maxLength: 4 }),
        fc.array(connection, { maxLength: 3 }),
        fc.tuple(days, days),
        (consumers, connections, [old, fresh]) => {
          const evidence = {
            consumers: [...consumers, ...connections],
            lastSeen: seen(old, fresh),
          };
          const { isProven, ...proof } = climb(evidence);
          expect(proofSchema.parse(proof)).toEqual(proof);
          expect(isProven).toBe(proof.by !== null);
          const isBehind = connections.some(
            ({ enteredAt }) =>
              enteredAt === null || Date.parse(enteredAt) < replacement.startsAt.getTime(),
          );
          if (isBehind) expect(isProven).toBe(false);
          // Muted: then nothing says that the old one was used lately and after what people said.
          if (isProven && old !== null && proof.by !== 'signIns') {
            expect(
              proof.saidAt === null ||
                old * DAY_MS > now.getTime() - Date.parse(proof.saidAt) - 3_600_001,
            ).toBe(true);
          }
        },
      ),
    );
  });
});
