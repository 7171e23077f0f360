import fc from 'fast-check';
import { DAY_MS } from '../../shared/expiry/status.ts';

/** Clocks that matter: whole ones, and those beside changes of clocks, leap days and year ends. */
export const anyInstant = fc.oneof(
  fc.date({
    min: new Date('2020-01-01T00:00:00Z'),
    max: new Date('2035-01-01T00:00:00Z'),
    noInvalidDate: true,
  }),
  fc.constantFrom(
    ...[
      '2026-03-29T00:59:59Z', // Brussels goes to summer time
      '2026-10-25T01:00:00Z', // and back
      '2026-03-08T07:00:00Z', // New York
      '2028-02-29T23:59:59Z',
      '2026-12-31T23:59:59.999Z',
    ].map((text) => new Date(text)),
  ),
);

/** Ends that directories hold, believable and not. */
const anyEnd = fc.oneof(
  { weight: 6, arbitrary: anyInstant },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      null,
      new Date('0001-01-01T00:00:00Z'),
      new Date('1970-01-01T00:00:00Z'),
      new Date('2299-12-31T00:00:00Z'),
      new Date('9999-12-31T23:59:59.999Z'),
      new Date(Number.NaN),
    ),
  },
);

/** Lifetimes that people choose, and impossible ones: 30 days, 6 months, two years, none, negative. */
export const anyValidity = fc
  .record({
    expiresAt: anyEnd,
    lifetimeDays: fc.oneof(
      fc.constantFrom(null, 0, -1, 1, 7, 30, 90, 180, 365, 730),
      fc.integer({ min: -10, max: 1000 }),
    ),
    skewMs: fc.integer({ min: -3_600_000, max: 3_600_000 }),
  })
  .map(({ expiresAt, lifetimeDays, skewMs }) => ({
    expiresAt,
    startsAt:
      expiresAt === null || lifetimeDays === null
        ? null
        : new Date(expiresAt.getTime() - lifetimeDays * DAY_MS + skewMs),
  }));
