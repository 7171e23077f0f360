import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { prune } from '../shared/retention.ts';
import { memoryTables } from '../shared/storage/memory-table.ts';
import { fakeClock } from './support/fake-clock.ts';
import { aFinding, aRun, TENANT } from './support/stored.ts';

const NOW = '2027-06-01T04:40:00Z';
const LONG_AGO = '2026-04-01T02:00:00.000Z';
const LAST_YEAR = '2026-12-01T02:00:00.000Z';
const OLD_NIGHT = '20260401T020000Z-0001';

function setUp(maxRows?: number) {
  const tables = memoryTables();
  const warnings: string[] = [];
  const log = {
    info: () => undefined,
    warn: (message: string) => void warnings.push(message),
    error: () => undefined,
  };
  const deps = { openTable: tables.open, tenantIds: [TENANT], clock: fakeClock(NOW), log };
  const put = async (table: string, row: string, value: object, partition = 'p') =>
    tables.open(table, z.looseObject({})).put(partition, row, { ...value });
  return {
    tables,
    put,
    warnings,
    rows: (table: string) => (tables.dump()[table] ?? []).map(({ row }) => row),
    prune: () => prune(maxRows === undefined ? deps : { ...deps, maxRows }),
  };
}

describe('pruning', () => {
  it('removes findings that were closed 90 days ago, and no open one', async () => {
    const { put, rows, prune } = setUp();
    await put('findings', 'closed', aFinding({ closedAt: LONG_AGO }));
    await put('findings', 'closed-lately', aFinding({ closedAt: '2027-05-01T00:00:00.000Z' }));
    await put('findings', 'open', aFinding({ lastSeenAt: LONG_AGO }));
    expect(await prune()).toMatchObject({ findings: 1 });
    expect(rows('findings')).toEqual(['closed-lately', 'open']);
  });

  it('keeps what an open finding was warned of, however old, or people would be warned again', async () => {
    const { put, rows, prune } = setUp();
    const sent = { tenantId: TENANT, state: 'sent', sentAt: LONG_AGO };
    await put('findings', 'open', aFinding({ id: 'open' }));
    await put('alertledger', 'of-open', { ...sent, findingId: 'open' });
    await put('alertledger', 'of-gone', { ...sent, findingId: 'gone' });
    await put('alertledger', 'lately', { ...sent, findingId: 'gone', sentAt: LAST_YEAR });
    await put('alertledger', 'waits', { tenantId: TENANT, findingId: 'gone', state: 'planned' });
    await put('alertledger', 'given-up', {
      tenantId: TENANT,
      findingId: 'gone',
      gaveUpAt: LONG_AGO,
    });
    await prune();
    expect(rows('alertledger')).toEqual(['lately', 'of-open', 'waits']);
  });

  it('keeps the run that the next one is compared with, and its night', async () => {
    const { put, rows, prune } = setUp();
    const compared = aRun({ runId: `${OLD_NIGHT}.a`, nightId: OLD_NIGHT });
    await put('runs', 'a', compared, OLD_NIGHT);
    await put('runs', 'b', { ...compared, runId: `${OLD_NIGHT}.b` }, OLD_NIGHT);
    const other = '20260402T020000Z-0001';
    await put('runs', 'a', { ...compared, runId: `${other}.a`, nightId: other }, other);
    await put('nights', 'kept', { nightId: OLD_NIGHT });
    await put('nights', 'gone', { nightId: other });
    await put('nights', 'lately', { nightId: '20270501T020000Z-0001' });
    await put('populations', TENANT, { runId: compared.runId });
    expect(await prune()).toMatchObject({ runs: 2, nights: 1 });
    expect(rows('runs')).toEqual(['a']);
    expect(rows('nights')).toEqual(['kept', 'lately']);
  });

  it('removes links a week after their end, what was said after 400 days, journals after 90', async () => {
    const { put, rows, prune } = setUp();
    await put('actlinks', 'ended', { endsAt: '2027-05-20T00:00:00.000Z' });
    await put('actlinks', 'just-ended', { endsAt: '2027-05-30T00:00:00.000Z' });
    await put('acts', 'old', { at: LONG_AGO });
    await put('acts', 'lately', { at: LAST_YEAR });
    await put('alertjournal', 'old', { at: LAST_YEAR });
    await put('alertjournal', 'lately', { at: '2027-05-01T00:00:00.000Z' });
    await put('alertsubjects', 'done', { doneAt: LONG_AGO });
    await put('alertsubjects', 'warned', { doneAt: null });
    await prune();
    expect(rows('actlinks')).toEqual(['just-ended']);
    expect(rows('acts')).toEqual(['lately']);
    expect(rows('alertjournal')).toEqual(['lately']);
    expect(rows('alertsubjects')).toEqual(['warned']);
  });

  it('keeps tickets and who was warned while the finding is open, whose next warning they number', async () => {
    const { put, rows, prune } = setUp();
    const changedAt = LONG_AGO;
    const ticket = { tenantId: TENANT, state: 'resolved', episode: 1, changedAt };
    const subject = { tenantId: TENANT, state: 'done', doneAt: LONG_AGO };
    await put('findings', 'open', aFinding({ id: 'open', supersession: 'replacementInUse' }));
    for (const findingId of ['open', 'gone']) {
      await put('alerttickets', findingId, { ...ticket, findingId });
      await put('alertsubjects', findingId, { ...subject, findingId });
    }
    await put('alerttickets', 'lately', { ...ticket, findingId: 'gone', changedAt: LAST_YEAR });
    expect(await prune()).toMatchObject({ alerttickets: 1, alertsubjects: 1 });
    expect(rows('alerttickets')).toEqual(['lately', 'open']);
    expect(rows('alertsubjects')).toEqual(['open']);
  });

  it('forgets a tenant that is not watched any more: findings and troubles first, then the rest', async () => {
    const { put, rows, prune } = setUp();
    const former = 'ffffffff-5d1b-4c39-9a53-0d1f0c0ffee0';
    const runId = `${OLD_NIGHT}.${former}`;
    for (const tenantId of [TENANT, former]) {
      await put('findings', tenantId, aFinding({ tenantId, lastSeenAt: LONG_AGO }));
      await put('troubles', tenantId, { tenantId, isOpen: true, since: LONG_AGO });
      await put('populations', tenantId, { runId: `${OLD_NIGHT}.${tenantId}` });
      const { id: findingId, expiresAt } = aFinding();
      await put('alertsubjects', tenantId, { tenantId, findingId, expiresAt, doneAt: null });
    }
    await put('findings', 'lately', aFinding({ tenantId: former, id: 'lately', lastSeenAt: NOW }));
    await put('runs', former, aRun({ runId, nightId: OLD_NIGHT, tenantId: former }), OLD_NIGHT);
    await prune();
    expect(rows('findings')).toEqual([TENANT, 'lately']);
    expect(rows('troubles')).toEqual([TENANT]);
    expect(rows('populations')).toEqual([TENANT]);
    expect(rows('runs')).toEqual([]);
    // Of what was open until today; it goes with the next time.
    expect(rows('alertsubjects')).toEqual([TENANT, former]);
    await prune();
    expect(rows('alertsubjects')).toEqual([TENANT]);
  });

  it('leaves consumers alone, whatever their age: they are a record that people keep', async () => {
    const { put, rows, prune } = setUp();
    await put('consumers', 'bc-prod', { tenantId: 'former', confirmedAt: LONG_AGO });
    await prune();
    expect(rows('consumers')).toEqual(['bc-prod']);
  });

  it('removes keys of the outbox whose row never came, after a week', async () => {
    const { put, rows, prune } = setUp();
    await put('alertoutbox', 'orphan', { nightId: OLD_NIGHT });
    await put('alertoutbox', 'young', { nightId: '20270531T020000Z-0001' });
    await put('alertoutbox', 'waits', { nightId: OLD_NIGHT });
    await put('alertledger', 'waits', { state: 'planned' });
    expect(await prune()).toMatchObject({ alertoutbox: 1 });
    expect(rows('alertoutbox')).toEqual(['waits', 'young']);
  });

  it('removes so many rows at a time, and the rest the next times', async () => {
    const { put, rows, prune } = setUp(2);
    for (const row of ['a', 'b', 'c', 'd', 'e']) await put('acts', row, { at: LONG_AGO });
    const left: number[] = [];
    for (let day = 0; day < 3; day += 1) {
      await prune();
      left.push(rows('acts').length);
    }
    expect(left).toEqual([3, 1, 0]);
  });

  it('goes on with the other tables when one cannot be read', async () => {
    const { put, rows, prune, warnings } = setUp();
    await put('findings', 'broken', { closedAt: 7 });
    await put('acts', 'old', { at: LONG_AGO });
    await expect(prune()).rejects.toThrow('findings');
    expect(rows('acts')).toEqual([]);
    expect(warnings.length).toBeGreaterThan(0);
  });
});
