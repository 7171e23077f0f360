import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateReader, type DateReading } from '../../shared/credentials/file-dates.ts';

const END = 'Secret End Date';

function read(text: string, others: string[] = []): DateReading {
  const cells = [text, ...others].map((other) => ({ column: END, text: other }));
  return createDateReader(cells).read({ column: END, text });
}

function iso(reading: DateReading): string {
  return reading.kind === 'instant' ? reading.at.toISOString() : reading.kind;
}

describe('dates that need no proof', () => {
  it.each([
    ['9/27/2023 1:06:20 PM', '2023-09-27T13:06:20.000Z'],
    ['9/27/2023 12:00:00 AM', '2023-09-27T00:00:00.000Z'],
    ['9/27/2023 12:00:00 PM', '2023-09-27T12:00:00.000Z'],
    ['27/09/2023 13:06', '2023-09-27T13:06:00.000Z'],
    ['27.09.2023 13:06:20', '2023-09-27T13:06:20.000Z'],
    ['27-9-2023', '2023-09-27T00:00:00.000Z'],
    ['2023/9/27 13:06:20', '2023-09-27T13:06:20.000Z'],
    ['2023. 09. 27.', '2023-09-27T00:00:00.000Z'],
    ['9/9/2023', '2023-09-09T00:00:00.000Z'],
    ['12/31/2299 12:00:00 AM', '2299-12-31T00:00:00.000Z'],
    ['27 September 2023 13:06:20', '2023-09-27T13:06:20.000Z'],
    ['27-Sep-2023', '2023-09-27T00:00:00.000Z'],
    ['Wednesday, September 27, 2023 1:06:20 PM', '2023-09-27T13:06:20.000Z'],
    ['Wed, 27 Sep 2023 13:06:20 GMT', '2023-09-27T13:06:20.000Z'],
    ['/Date(1733343742000)/', '2024-12-04T20:22:22.000Z'],
    ['\\/Date(4102444800000)\\/', '2100-01-01T00:00:00.000Z'],
    ['/Date(1733343742000+0100)/', '2024-12-04T20:22:22.000Z'],
    ['/Date(-62135596800000)/', '0001-01-01T00:00:00.000Z'],
    ['2023-09-27T13:06:20.1234567+02:00', '2023-09-27T11:06:20.123Z'],
  ])('reads %s', (text, expected) => {
    expect(iso(read(text))).toBe(expected);
  });

  it('takes dots as day first, because no locale writes the month first with dots', () => {
    expect(iso(read('08.05.2018 14:44:30'))).toBe('2018-05-08T14:44:30.000Z');
  });
});

describe('dates whose order the file has to prove', () => {
  it('does not guess 9/8/2023', () => {
    const reading = read('9/8/2023');
    expect(reading.kind).toBe('unproven');
    expect(reading).toHaveProperty('reason', expect.stringContaining('9 August or 8 September'));
  });

  it('does not take AM and PM for a proof: Australia writes them behind the day first', () => {
    expect(read('9/8/2023 1:06:20 PM').kind).toBe('unproven');
  });

  it('learns the order from another date of the column', () => {
    expect(iso(read('9/8/2023', ['9/27/2023']))).toBe('2023-09-08T00:00:00.000Z');
    expect(iso(read('9/8/2023', ['27/9/2023']))).toBe('2023-08-09T00:00:00.000Z');
  });

  it('learns the order from another column when its own proves nothing', () => {
    const reader = createDateReader([
      { column: END, text: '9/8/2023' },
      { column: 'Start', text: '13/1/2020' },
    ]);
    expect(iso(reader.read({ column: END, text: '9/8/2023' }))).toBe('2023-08-09T00:00:00.000Z');
  });

  it('trusts the column more than the rest of the file', () => {
    const reader = createDateReader([
      { column: END, text: '9/27/2023' },
      { column: 'Start', text: '13/1/2020' },
    ]);
    expect(iso(reader.read({ column: END, text: '9/8/2023' }))).toBe('2023-09-08T00:00:00.000Z');
  });

  it('takes contradicting dates for no proof', () => {
    expect(read('9/8/2023', ['9/27/2023', '27/9/2023']).kind).toBe('unproven');
  });

  it('takes a day that does not exist for no proof', () => {
    expect(read('9/8/2023', ['2/30/2023']).kind).toBe('unproven');
  });

  it('lets the file overrule the rule for dots', () => {
    expect(iso(read('09.08.2023', ['09.27.2023']))).toBe('2023-09-08T00:00:00.000Z');
  });

  it('does not guess a century', () => {
    expect(read('27.09.23').kind).toBe('unproven');
  });

  it('calls 31/31/2023, 9/27/2023 25:00 and words unreadable', () => {
    for (const text of [
      '31/31/2023',
      '9/27/2023 25:00',
      'soon',
      'Mayor 3, 2023',
      '9/27/2023 13:00 PM',
    ]) {
      expect(read(text).kind, text).toBe('unreadable');
    }
  });
});

describe('any date', () => {
  const days = fc.record({
    year: fc.integer({ min: 2000, max: 2299 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  });

  it('is read right or not at all, whichever order the file has', () => {
    fc.assert(
      fc.property(days, fc.boolean(), fc.boolean(), ({ year, month, day }, dayFirst, hasProof) => {
        const pair = dayFirst ? [day, month] : [month, day];
        const proof = dayFirst ? '28/2/2020' : '2/28/2020';
        const reading = read(`${pair.join('/')}/${String(year)}`, hasProof ? [proof] : []);
        const isClear = hasProof || day > 12 || day === month;
        expect(reading.kind).toBe(isClear ? 'instant' : 'unproven');
        if (reading.kind !== 'instant') return;
        expect(reading.at.getTime()).toBe(Date.UTC(year, month - 1, day));
      }),
    );
  });

  it('never throws, and never answers an invalid instant', () => {
    const soup = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789/.-: APM'.split('')) }),
    );
    fc.assert(
      fc.property(soup, fc.array(soup, { maxLength: 4 }), (text, others) => {
        const reading = read(text, others);
        if (reading.kind === 'instant') expect(reading.at.getTime()).not.toBeNaN();
      }),
    );
  });
});
