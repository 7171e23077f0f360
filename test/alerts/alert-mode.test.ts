import { describe, expect, it } from 'vitest';
import { alertModeStore, type AlertModeDeps } from '../../shared/alerts/alert-mode.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { fakeClock } from '../support/fake-clock.ts';

function installation() {
  const tables = memoryTables();
  const clock = fakeClock('2027-01-19T02:00:00.000Z');
  let reads = 0;
  const openTable: AlertModeDeps['openTable'] = (name, schema) => {
    const table = tables.open(name, schema);
    return {
      ...table,
      get: (partition, row) => {
        reads += 1;
        return table.get(partition, row);
      },
    };
  };
  const instance = (overrides: Partial<AlertModeDeps> = {}) =>
    alertModeStore({
      openTable,
      clock,
      setting: 'preview',
      channels: ['mail'],
      operations: ['operations@contoso.example'],
      ...overrides,
    });
  return { clock, instance, reads: () => reads };
}

describe('the mode of alerts', () => {
  it('is the setting until somebody switches it, and then survives a restart', async () => {
    const { instance } = installation();
    const before = instance();
    expect(await before.current()).toBe('preview');
    await before.switchTo('live', 'key:ops');
    expect(await before.current()).toBe('live');
    expect(await instance().state()).toEqual({
      mode: 'live',
      source: 'api',
      switchedAt: '2027-01-19T02:00:00.000Z',
      switchedBy: 'key:ops',
    });
  });

  it('reaches every other instance within 30 seconds', async () => {
    const { instance, clock } = installation();
    const other = instance();
    expect(await other.current()).toBe('preview');
    await instance().switchTo('live', 'key:ops');
    clock.advance(29_999);
    expect(await other.current()).toBe('preview');
    clock.advance(1);
    expect(await other.current()).toBe('live');
  });

  it('is read once in 30 seconds, however often it is asked for', async () => {
    const { instance, clock, reads } = installation();
    const store = instance();
    await Promise.all(Array.from({ length: 100 }, () => store.current()));
    expect(reads()).toBe(1);
    clock.advance(30_000);
    await store.current();
    expect(reads()).toBe(2);
  });

  it('follows a setting that was changed after the switch: the last word counts', async () => {
    const { instance } = installation();
    await instance().switchTo('live', 'key:ops');
    expect(await instance({ setting: 'operations' }).state()).toMatchObject({
      mode: 'operations',
      source: 'setting',
    });
  });

  it('refuses a mode in which nobody could be told', async () => {
    const { instance } = installation();
    await expect(instance({ channels: [] }).switchTo('live', 'x')).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(instance({ operations: [] }).switchTo('operations', 'x')).rejects.toMatchObject({
      code: 'conflict',
    });
    expect((await instance({ channels: [] }).switchTo('preview', 'x')).mode).toBe('preview');
  });
});
