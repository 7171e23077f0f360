import { expect, it } from 'vitest';
import { durationMs } from '../../local/duration.ts';

it.each([
  ['PT0S', 0],
  ['PT24H', 86_400_000],
  ['P60D', 60 * 86_400_000],
  ['P1DT2H3M4.5S', 93_784_500],
  ['P2W', 14 * 86_400_000],
  ['PT0,25S', 250],
])('%s is a duration', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

it.each(['', 'P', 'PT', 'P1DT', '24H', 'P1M', 'P1Y', 'PT1.5H', '-PT1S', 'pt1s', 'PT1S '])(
  '"%s" is none that has a fixed length',
  (text) => {
    expect(durationMs(text)).toBeNull();
  },
);
