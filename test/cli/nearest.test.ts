import { describe, expect, it } from 'vitest';
import { nearest } from '../../cli/nearest.ts';

describe('nearest', () => {
  it('finds what was meant behind a slip of the fingers', () => {
    const options = ['from', 'format', 'fail-within', 'within'];
    expect(nearest('fromat', options)).toBe('format');
    expect(nearest('form', options)).toBe('from');
    expect(nearest('failwithin', options)).toBe('fail-within');
    expect(nearest('FORMAT', options)).toBe('format');
  });

  it('does not guess from afar, and not slowly', () => {
    expect(nearest('teapot', ['from', 'within'])).toBeNull();
    expect(nearest('x'.repeat(1_000_000), ['from'])).toBeNull();
    expect(nearest('from', [])).toBeNull();
  });
});
