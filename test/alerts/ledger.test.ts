import { describe, expect, it } from 'vitest';
import { hashOf, partitionOf, rowOf } from '../../shared/alerts/ledger-keys.ts';
import { factsOf, type PlannedRow } from '../../shared/alerts/ledger-row.ts';
import { createLedger } from '../../shared/alerts/ledger.ts';
import { memoryTables, type MemoryTables } from '../../shared/storage/memory-table.ts';
import { alertItem, TENANT } from '../support/alerts.ts';
import { interleaved } from '../support/interleaved.ts';
import { seeded } from '../support/random.ts';

const DESTINATION = { channel: 'mail', address: 'anna@contoso.example', scope: TENANT };
const PARTITION = partitionOf(DESTINATION);
const AT = '2027-01-19T02:00:00.000Z';

function plannedRow(findingId: string): PlannedRow {
  return {
    ...DESTINATION,
    state: 'planned',
    tenantId: TENANT,
    findingId,
    stage: 14,
    nightId: 'night-1',
    plannedAt: AT,
    notBefore: AT,
    attempts: 0,
    item: alertItem({ findingId }),
  };
}

/** Open rows of the ledger whose key is not in the outbox: nobody would ever send them. */
function orphans(memory: MemoryTables): string[] {
  const { alertledger = [], alertoutbox = [] } = memory.dump();
  const keys = new Set(alertoutbox.map(({ row }) => row));
  return alertledger
    .filter(({ row, value }) => (value as PlannedRow).state === 'planned' && !keys.has(row))
    .map(({ row }) => row);
}

describe('the ledger', () => {
  it('plans once', async () => {
    const memory = memoryTables();
    const ledger = createLedger(memory.open);
    const key = { partition: PARTITION, row: 'r' };
    expect(await ledger.plan(key, plannedRow('a'))).toBe(true);
    expect(await ledger.plan(key, plannedRow('a'))).toBe(false);
    expect(await ledger.openRows(PARTITION)).toHaveLength(1);
  });

  it('never opens again what is final, and tidies its key', async () => {
    const memory = memoryTables();
    const ledger = createLedger(memory.open);
    const key = { partition: PARTITION, row: 'r' };
    await ledger.plan(key, plannedRow('a'));
    await ledger.settle(key, (row) => ({
      ...factsOf(row),
      state: 'sent',
      sentAt: AT,
      messageId: 'm',
    }));
    await ledger.settle(key, () => plannedRow('a'));
    expect(await ledger.plan(key, plannedRow('a'))).toBe(false);
    expect(memory.dump()['alertledger']?.[0]?.value).toMatchObject({ state: 'sent' });
    expect(memory.dump()['alertoutbox']).toEqual([]);
  });

  it('keeps the key of every open row while others look, send and tidy during planning', async () => {
    let looks = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const memory = memoryTables();
      // The planner is slow, so the others see every state in between.
      const planner = createLedger(interleaved(memory.open, seeded(seed)));
      const other = createLedger(memory.open);
      const state = { isPlanning: true };
      const plan = async (): Promise<void> => {
        for (const id of ['a', 'b', 'c']) {
          await planner.plan({ partition: PARTITION, row: id }, plannedRow(id));
        }
        state.isPlanning = false;
      };
      const look = async (): Promise<void> => {
        for (; state.isPlanning; looks += 1) {
          const [first] = await other.openRows(PARTITION);
          if (first === undefined || seed % 2 === 0) continue;
          await other.settle(first, (row) => ({
            ...factsOf(row),
            state: 'sent',
            sentAt: AT,
            messageId: 'm',
          }));
        }
      };
      await Promise.all([plan(), look()]);
      expect(orphans(memory), `seed ${seed}`).toEqual([]);
    }
    expect(looks).toBeGreaterThan(1000);
  });
});

describe('keys of the ledger', () => {
  it('are the same for an address in any case, and differ by channel and scope', () => {
    expect(partitionOf({ ...DESTINATION, address: 'ANNA@contoso.example' })).toBe(PARTITION);
    expect(partitionOf({ ...DESTINATION, channel: 'teams' })).not.toBe(PARTITION);
    expect(partitionOf({ ...DESTINATION, scope: '*' })).not.toBe(PARTITION);
  });

  it('cannot be made equal by moving text from one part to the next', () => {
    expect(hashOf(['ab', 'c'])).not.toBe(hashOf(['a', 'bc']));
    expect(hashOf(['a:1', ''])).not.toBe(hashOf(['a', '1:']));
    expect(hashOf(['1:a'])).not.toBe(hashOf(['', 'a']));
  });

  it('differ by stage, and by an end date that was moved', () => {
    const subject = { kind: 'ends', tenantId: TENANT, findingId: 'f', expiresAt: AT, stage: 14 };
    const row = rowOf(subject);
    expect(rowOf({ ...subject, stage: 7 })).not.toBe(row);
    expect(rowOf({ ...subject, expiresAt: null })).not.toBe(row);
    expect(rowOf({ ...subject })).toBe(row);
    expect(row).toMatch(/^[0-9a-f]{64}$/);
  });
});
