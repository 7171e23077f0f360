import { expect, it } from 'vitest';
import { createLocalClock } from '../../local/clock-control.ts';

const machineNow = () => Date.parse('2026-01-01T00:00:00Z');

it('starts at the given instant and ticks with the machine', () => {
  let machine = machineNow();
  const clock = createLocalClock('2026-05-01', {
    machineNow: () => machine,
    apply: async () => {},
  });
  machine += 1500;
  expect(clock.now().toISOString()).toBe('2026-05-01T00:00:01.500Z');
});

it('carries moves out one after another, each from where the last one ended', async () => {
  const applied: number[] = [];
  const clock = createLocalClock(null, {
    machineNow,
    apply: async (offsetMs) => void applied.push(offsetMs),
  });
  await Promise.all([clock.control.advance('PT1H'), clock.control.advance('PT2H')]);
  expect(applied).toEqual([3_600_000, 3 * 3_600_000]);
  await clock.control.set('2026-01-01T00:00:10Z');
  expect(clock.now().toISOString()).toBe('2026-01-01T00:00:10.000Z');
});

it('goes on after a move that failed', async () => {
  let fail = true;
  const clock = createLocalClock(null, {
    machineNow,
    apply: () => (fail ? Promise.reject(new Error('host gone')) : Promise.resolve()),
  });
  await expect(clock.control.advance('PT1H')).rejects.toThrow('host gone');
  fail = false;
  await clock.control.advance('PT1H');
  expect(clock.offsetMs()).toBe(2 * 3_600_000);
});

it.each(['2026-13-01', '01.05.2026', 'now', '2026-05-01T08:00'])('refuses "%s"', async (text) => {
  const clock = createLocalClock(null, { machineNow, apply: async () => {} });
  await expect(clock.control.set(text)).rejects.toThrow(RangeError);
});
