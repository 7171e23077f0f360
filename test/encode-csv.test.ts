import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCsv } from '../shared/encode-csv.ts';

describe('encodeCsv', () => {
  it('quotes texts and leaves numbers, truth values and gaps bare', () => {
    expect(
      encodeCsv([
        ['a', 'say "b", c'],
        [1, true],
        [null, ''],
      ]),
    ).toBe('"a","say ""b"", c"\r\n1,true\r\n,""\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])(
    'keeps a spreadsheet from running %j',
    (text) => {
      expect(encodeCsv([[text]]).startsWith(`"'`)).toBe(true);
    },
  );

  it('gives every reader the same rows and cells', () => {
    const cell = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const read: string[][] = parse(encodeCsv(rows), { relaxColumnCount: false });
        expect(read).toHaveLength(rows.length);
        expect(encodeCsv(rows).split('\n')).toHaveLength(rows.length + 1);
      }),
    );
  });
});
