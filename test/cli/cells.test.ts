import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cells, cutToCells, wrapToCells } from '../../cli/cells.ts';

describe('columns of a terminal', () => {
  it('counts two for East Asian letters and emoji, none for combining marks', () => {
    expect(cells('abc')).toBe(3);
    expect(cells('日本')).toBe(4);
    expect(cells('🔑')).toBe(2);
    expect(cells('e\u0301')).toBe(1);
  });

  it('cuts with a mark, and only what does not fit', () => {
    expect(cutToCells('Contoso', 7)).toBe('Contoso');
    expect(cutToCells('Contoso CRM', 8)).toBe('Contoso…');
    expect(cutToCells('日本語', 5)).toBe('日本…');
  });

  it('never makes a line that is too long, and loses nothing but spaces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 30 }),
        (text, width) => {
          const lines = wrapToCells(text, width);
          for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(width);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
    );
  });
});
