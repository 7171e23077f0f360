import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayText } from '../shared/display-text.ts';

describe('displayText', () => {
  it('leaves an ordinary name as it is', () => {
    expect(displayText('SmartConnect – BC Prod (Zürich) 日本')).toBe(
      'SmartConnect – BC Prod (Zürich) 日本',
    );
  });

  it('takes out what reverses or hides text', () => {
    expect(displayText('pay\u202Eroll\u200B\u2066x\u2069\uFEFF\u00AD')).toBe('payrollx');
    expect(displayText('a\u{E0041}\u3164b')).toBe('ab');
  });

  it('puts one space where lines, tabs and escapes were', () => {
    expect(displayText('  one\r\ntwo\u2028three\u2029four\u0085five\t\tsix \u001B[31mred ')).toBe(
      'one two three four five six [31mred',
    );
  });

  it('cuts at whole characters and shows that it did', () => {
    expect(displayText('😀'.repeat(90))).toBe(`${'😀'.repeat(79)}…`);
    expect(displayText('abcdef', 4)).toBe('abc…');
    expect(displayText('abcd', 4)).toBe('abcd');
  });

  it('never gives more than max characters, a line break or half a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const shown = displayText(text, 20);
        expect(Array.from(shown).length).toBeLessThanOrEqual(20);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(displayText(shown, 20)).toBe(shown);
      }),
    );
    expect(displayText('a\uD800b')).toBe('a\uFFFDb');
  });

  it('is quick on a name of a million characters', () => {
    expect(displayText('\u200B'.repeat(1_000_000) + 'x')).toBe('');
  });
});
