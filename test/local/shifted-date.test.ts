import { afterEach, expect, it } from 'vitest';
import { installShiftedDate } from '../../local/shifted-date.ts';

const MachineDate = Date;

afterEach(() => {
  globalThis.Date = MachineDate;
  MachineDate.prototype.constructor = MachineDate;
});

it('moves now, and only now', () => {
  const clock = installShiftedDate(86_400_000);
  expect(Date.now() - MachineDate.now()).toBeGreaterThanOrEqual(86_399_000);
  expect(new Date().getTime() - MachineDate.now()).toBeGreaterThanOrEqual(86_399_000);
  expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(new Date(2026, 0, 2).getDate()).toBe(2);
  expect(Date.UTC(2026, 0)).toBe(MachineDate.UTC(2026, 0));
  expect(Date.parse('2026-01-01')).toBe(MachineDate.parse('2026-01-01'));
  clock.setOffset(0);
  expect(Math.abs(Date.now() - MachineDate.now())).toBeLessThan(1000);
});

it('keeps dates of either kind dates', () => {
  const before = new MachineDate();
  installShiftedDate(1000);
  expect(before).toBeInstanceOf(Date);
  expect(new Date()).toBeInstanceOf(MachineDate);
  expect(structuredClone(new Date())).toBeInstanceOf(Date);
  expect(typeof (Date as unknown as () => unknown)()).toBe('string');
  class Later extends Date {}
  expect(new Later()).toBeInstanceOf(Later);
});
