import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Act } from '../../shared/alerts/act.ts';
import { addDays } from '../../shared/alerts/local-date.ts';
import { afterActs } from '../../shared/alerts/muting.ts';
import type { Recipient } from '../../shared/alerts/recipients.ts';
import { LISTS, TENANT } from '../support/alerts.ts';

const END = '2027-03-28T00:30:00.000Z';
const FINDING = { id: 'f', expiresAt: END };
const PEOPLE = ['anna', 'bob', 'carla'].map((name) => `${name}@contoso.example`);
const EVERYBODY = [...PEOPLE, ...LISTS.fallback, ...LISTS.escalation];

const day = fc.integer({ min: -70, max: 70 }).map((days) => addDays('2027-03-28', days));
const at = fc
  .integer({ min: -100 * 24, max: 40 * 24 })
  .map((hours) => new Date(Date.parse(END) + hours * 3_600_000));

const act: fc.Arbitrary<Act> = fc
  .record({
    by: fc.constantFrom(...EVERYBODY),
    kind: fc.constantFrom('entered', 'promised', 'passedOn', 'askedAdmin', 'snoozed'),
    until: day,
    to: fc.constantFrom(...EVERYBODY),
    expiresAt: fc.constantFrom(END, '2027-01-01T00:00:00.000Z'),
    at,
  })
  .map(({ at, ...one }) => ({
    ...one,
    tenantId: TENANT,
    findingId: 'f',
    at: at.toISOString(),
    places: [],
    keyId: null,
    because: 'x',
  })) as fc.Arbitrary<Act>;

const chosen: fc.Arbitrary<Recipient[]> = fc.uniqueArray(
  fc.constantFrom(...EVERYBODY).map((address): Recipient => ({
    address,
    audience: PEOPLE.includes(address) ? 'owner' : 'list',
    reason: 'ownsApplication',
  })),
  { selector: ({ address }) => address, minLength: 1 },
);

const TIME_ZONE = 'Europe/Berlin';

describe('whatever was said over links', () => {
  it('leaves the lists told, everybody in the last day, and nobody twice', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), chosen, at, (acts, chosen, now) => {
        const options = { lists: LISTS, now, timeZone: TIME_ZONE };
        const told = afterActs(FINDING, { chosen, acts }, options).told.map(
          ({ address }) => address,
        );
        expect(new Set(told).size).toBe(told.length);
        const left = Date.parse(END) - now.getTime();
        for (const { address, audience } of chosen) {
          if (audience === 'list' || left <= 86_400_000) expect(told).toContain(address);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('changes nothing when it was said about another end, or about nothing', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 8 }), chosen, at, (acts, chosen, now) => {
        const others = acts.filter(({ expiresAt }) => expiresAt !== END);
        const heard = afterActs(
          FINDING,
          { chosen, acts: others },
          { lists: LISTS, now, timeZone: TIME_ZONE },
        );
        expect(heard.told).toEqual(chosen);
        expect(heard.notes).toEqual([]);
        expect(heard.roundOf({ address: 'anna@contoso.example', scope: '*' })).toBeNull();
      }),
    );
  });

  it('mutes for a time and never for good: three days before the end a snooze is over, on the last day a promise', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), at, (acts, now) => {
        const anna: Recipient = {
          address: 'anna@contoso.example',
          audience: 'owner',
          reason: 'ownsApplication',
        };
        const left = (Date.parse(END) - now.getTime()) / 86_400_000;
        fc.pre(left <= 3);
        const said = acts.filter(({ kind }) => kind !== 'promised' || left <= 1);
        const options = { lists: LISTS, now, timeZone: TIME_ZONE };
        const { told } = afterActs(FINDING, { chosen: [anna], acts: said }, options);
        expect(told).toContainEqual(anna);
      }),
    );
  });
});
