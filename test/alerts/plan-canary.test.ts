import { describe, expect, it } from 'vitest';
import { createLedger } from '../../shared/alerts/ledger.ts';
import type { DeliveryMessage } from '../../shared/alerts/delivery-message.ts';
import { canary } from '../../shared/alerts/plan-canary.ts';
import type { AlertMode } from '../../shared/alerts/scopes.ts';
import { memoryQueue } from '../../shared/storage/memory-queue.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { Crash, crashing } from '../support/crashing.ts';
import { fakeClock } from '../support/fake-clock.ts';

function installation(mode: AlertMode = 'live') {
  const clock = fakeClock('2027-01-19T02:00:00.000Z');
  const tables = memoryTables();
  const deliveries = memoryQueue<DeliveryMessage>(clock);
  const process = crashing();
  /** A process of the installation; what it remembers dies with it. */
  const start = () => {
    process.restart();
    const openTable = process.tables(tables.open);
    return canary({
      openTable,
      ledger: createLedger(openTable),
      operations: ['operations@contoso.example'],
      deliveries: process.queue(deliveries),
      mode: async () => mode,
      channels: ['mail', 'teams', 'webhook'],
      clock,
    });
  };
  const planned = () =>
    (tables.dump()['alertledger'] ?? []).map(({ value }) => {
      const { channel, findingId } = value as { channel: string; findingId: string };
      return `${channel} ${findingId}`;
    });
  return { clock, start, process, planned };
}

describe('the monthly test message', () => {
  it('goes through every channel once a month, but not in the month of the installation', async () => {
    const { clock, start, planned } = installation();
    const sweep = start();
    await sweep();
    expect(planned()).toEqual([]);
    for (let day = 0; day < 70; day += 1) {
      clock.advance(86_400_000);
      await sweep();
      await start()();
    }
    expect(planned().toSorted()).toEqual([
      'mail 2027-02',
      'mail 2027-03',
      'teams 2027-02',
      'teams 2027-03',
      'webhook 2027-02',
      'webhook 2027-03',
    ]);
  });

  it.each(['preview', 'operations'] as const)('in %s mode goes by mail alone', async (mode) => {
    const { clock, start, planned } = installation(mode);
    await start()();
    clock.advance(20 * 86_400_000);
    await start()();
    expect(planned()).toEqual(['mail 2027-02']);
  });

  it('loses and repeats none wherever the process dies', async () => {
    for (let at = 1; at <= 12; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const { clock, start, process, planned } = installation();
        await start()();
        clock.advance(20 * 86_400_000);
        const dying = start();
        process.arm(at, when);
        await dying().catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
        await start()();
        expect(planned().toSorted(), `${when} write ${at}`).toEqual([
          'mail 2027-02',
          'teams 2027-02',
          'webhook 2027-02',
        ]);
      }
    }
  });
});
