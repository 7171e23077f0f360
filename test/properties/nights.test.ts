import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageOf } from '../../shared/expiry/stage.ts';
import { DAY_MS, daysLeftOf, statusOf, type Validity } from '../../shared/expiry/status.ts';
import { anyInstant, anyValidity } from '../support/arbitraries.ts';

/** Nights at any hour, some of them missed: gaps of half a day to ten days, over three months and more. */
const anyNights = fc
  .record({
    first: anyInstant,
    gapsMs: fc.array(fc.integer({ min: DAY_MS / 2, max: 10 * DAY_MS }), {
      minLength: 20,
      maxLength: 60,
    }),
  })
  .map(({ first, gapsMs }) => {
    let atMs = first.getTime();
    return [first, ...gapsMs.map((gapMs) => new Date((atMs += gapMs)))];
  });

/** A secret that ends during these nights, so that something happens. */
const anySecretAndNights = anyNights.chain((nights) =>
  fc.record({
    nights: fc.constant(nights),
    validity: fc
      .record({
        endMs: fc.integer({
          min: nights[0]?.getTime() ?? 0,
          max: nights.at(-1)?.getTime() ?? 0,
        }),
        lifetimeDays: fc.oneof(fc.constantFrom(1, 7, 30, 90, 180, 365, 730), fc.nat({ max: 1000 })),
      })
      .map(({ endMs, lifetimeDays }) => ({
        expiresAt: new Date(endMs),
        startsAt: new Date(endMs - lifetimeDays * DAY_MS),
      })),
  }),
);

/** What somebody is told over these nights: each stage once, on the first night that finds it. */
function toldOver(validity: Validity, nights: readonly Date[]): number[] {
  const told: number[] = [];
  for (const night of nights) {
    const stage = stageOf(validity, night);
    if (stage !== null && !told.includes(stage)) told.push(stage);
  }
  return told;
}

/** Design §4 over again, in whole milliseconds and from the other side: which span of time belongs to which stage. */
function spansOf({ startsAt, expiresAt }: { startsAt: Date; expiresAt: Date }) {
  const endMs = expiresAt.getTime();
  const lifetimeMs = endMs - startsAt.getTime();
  const windowMs = lifetimeMs > 0 ? Math.min(60 * DAY_MS, lifetimeMs / 3) : 60 * DAY_MS;
  const hourMs = 3_600_000;
  const usable = [60, 30, 14, 7, 3, 1, 0].filter((days) => days * DAY_MS <= windowMs + hourMs);
  const before = usable.map((days, index) => ({
    stage: days,
    fromMs: endMs - Math.min(days * DAY_MS, windowMs),
    // The last one holds for a week after the end.
    untilMs: endMs - (usable[index + 1] ?? -7) * DAY_MS,
  }));
  const after = [7, 14, 21, 28].map((days) => ({
    stage: -days,
    fromMs: endMs + days * DAY_MS,
    untilMs: endMs + (days + 7) * DAY_MS,
  }));
  return [...before, ...after];
}

describe('the stages of a secret over any row of nights', () => {
  it('are the spans of the design: one for each instant, none outside of them', () => {
    fc.assert(
      fc.property(anySecretAndNights, ({ validity, nights }) => {
        const spans = spansOf(validity);
        for (const night of nights) {
          const at = night.getTime();
          const found = spans.filter(({ fromMs, untilMs }) => fromMs <= at && at < untilMs);
          expect(found.map(({ stage }) => stage)).toEqual(
            [stageOf(validity, night)].filter((stage) => stage !== null),
          );
        }
      }),
    );
  });

  it('are told in the order of time, each once, however many nights are missed', () => {
    fc.assert(
      fc.property(anySecretAndNights, ({ validity, nights }) => {
        const told = toldOver(validity, nights);
        expect(told).toEqual([...told].sort((a, b) => b - a));
        expect(told.length).toBeLessThanOrEqual(11);
      }),
    );
  });

  it('lose nothing to a missed night: the next one tells the stage that time has reached by then', () => {
    fc.assert(
      fc.property(anySecretAndNights, fc.nat(), ({ validity, nights }, number) => {
        const missed = number % nights.length;
        const rest = nights.filter((_, index) => index !== missed);
        const [all, told] = [toldOver(validity, nights), toldOver(validity, rest)];
        // Nothing new, and what is missing had already given way to a later stage on the next night.
        expect(all).toEqual(expect.arrayContaining(told));
        const next = nights[missed + 1];
        const atNext = next === undefined ? null : stageOf(validity, next);
        if (atNext !== null) expect(told).toContain(atNext);
      }),
    );
  });

  it('are one message for a late start, not seven', () => {
    fc.assert(
      fc.property(anySecretAndNights, ({ validity, nights }) => {
        const [first] = nights.slice(-1);
        expect(toldOver(validity, first === undefined ? [] : [first]).length).toBeLessThanOrEqual(
          1,
        );
      }),
    );
  });

  it('never warn of a secret that is replaced before the last third of its life', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 0.66, noNaN: true }),
        (startsAt, lifetimeDays, share) => {
          const lifetimeMs = lifetimeDays * DAY_MS;
          const expiresAt = new Date(startsAt.getTime() + lifetimeMs);
          const now = new Date(startsAt.getTime() + Math.floor(share * lifetimeMs));
          // 60 days is the longest window: of a secret that lives for years, the last third is not waited for.
          fc.pre(expiresAt.getTime() - now.getTime() > 60 * DAY_MS || lifetimeDays <= 180);
          expect(stageOf({ startsAt, expiresAt }, now)).toBeNull();
        },
      ),
    );
  });
});

describe('status, days left and stage of any credential at any instant', () => {
  it('agree with each other', () => {
    fc.assert(
      fc.property(anyValidity, anyInstant, (validity, now) => {
        const status = statusOf(validity, now);
        const left = daysLeftOf(validity, now);
        const stage = stageOf(validity, now);
        if (status === 'unknownExpiry') expect([left, stage]).toEqual([null, null]);
        if (status === 'expired') expect(left).toBeLessThanOrEqual(0);
        if (status === 'ok' || status === 'neverExpires') expect(stage).toBeNull();
        if (stage !== null && stage > 0) expect(left).toBeLessThanOrEqual(stage);
        if (left !== null && status !== 'expired') expect(left).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('depend on instants alone: a change of clocks or a leap day moves nothing', () => {
    fc.assert(
      fc.property(anyValidity, anyInstant, fc.integer({ min: -500, max: 500 }), (v, now, days) => {
        fc.pre(v.expiresAt !== null && v.startsAt !== null);
        const moved = (date: Date | null) =>
          date === null ? null : new Date(date.getTime() + days * DAY_MS);
        const later = { startsAt: moved(v.startsAt), expiresAt: moved(v.expiresAt) };
        const laterNow = moved(now) ?? now;
        // The two ends of time are absolute.
        fc.pre(isOrdinary(v.expiresAt) && isOrdinary(later.expiresAt));
        expect(statusOf(later, laterNow)).toBe(statusOf(v, now));
        expect(stageOf(later, laterNow)).toBe(stageOf(v, now));
        expect(daysLeftOf(later, laterNow)).toBe(daysLeftOf(v, now));
      }),
    );
  });
});

function isOrdinary(date: Date | null): boolean {
  const year = date?.getUTCFullYear() ?? 0;
  return year >= 2001 && year < 2198;
}
