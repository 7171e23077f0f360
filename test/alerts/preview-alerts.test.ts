import { describe, expect, it } from 'vitest';
import { nightsFrom } from '../../shared/alerts/nights-from.ts';
import { createLedger } from '../../shared/alerts/ledger.ts';
import { planRow } from '../../shared/alerts/plan-row.ts';
import { previewAlerts, type AlertPreview } from '../../shared/alerts/preview-alerts.ts';
import type { DirectoryObject } from '../../shared/credentials/directory-object.ts';
import { operatorsMark } from '../../shared/credentials/self-renewing.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { alertItem, LISTS } from '../support/alerts.ts';
import { appWithSecret, checksHouse, directoryOf, person, TENANT } from '../support/checks.ts';

/** Where the house's clock stands: 2026-11-25T02:00:00Z. */
const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-25T02:00:00Z');
const inDays = (days: number) => new Date(NOW_MS + days * DAY_MS).toISOString();

function house(objects: DirectoryObject[], owners: Record<string, string[]> = {}) {
  const tables = memoryTables();
  const { deps, directory, asked, clock } = checksHouse();
  directory.events = directoryOf(objects);
  directory.owners = {
    owners: new Map(
      objects.map(({ objectId }) => [objectId ?? '', (owners[objectId ?? ''] ?? []).map(person)]),
    ),
    incomplete: [],
    notes: [],
  };
  const ledger = createLedger(tables.open);
  const preview = (days = 90) =>
    previewAlerts(
      { ...deps, ledger, lists: LISTS, schedule: '0 0 2 * * *' },
      { tenantId: TENANT, days },
    );
  return { preview, ledger, asked, directory, clock, deps };
}

/** "night address stage", for each warning; the night as days from now. */
function warnings({ mails }: AlertPreview): string[] {
  return mails.flatMap(({ at, address, items }) =>
    items.map(({ stage }) => {
      const day = Math.round((Date.parse(at) - NOW_MS) / DAY_MS);
      return `${day} ${address.split('@')[0]} ${stage}`;
    }),
  );
}

describe('the preview of alerts', () => {
  it('foresees every stage of a secret that nobody replaces, each once', async () => {
    const { preview } = house([appWithSecret('shop', inDays(31.5))], { shop: ['anna'] });
    expect(warnings(await preview(62))).toEqual([
      '1 anna 60',
      '2 anna 30',
      '18 anna 14',
      '25 anna 7',
      '25 fallback 7',
      '29 anna 3',
      '29 fallback 3',
      '31 anna 1',
      '31 escalation 1',
      '31 fallback 1',
      '32 anna 0',
      '32 escalation 0',
      '32 fallback 0',
      '39 anna -7',
      '39 escalation -7',
      '39 fallback -7',
      '46 anna -14',
      '46 escalation -14',
      '46 fallback -14',
      '53 anna -21',
      '53 escalation -21',
      '53 fallback -21',
      '60 anna -28',
      '60 escalation -28',
      '60 fallback -28',
    ]);
  });

  it('includes what no night has kept yet: an end 149 days away is warned about on day 89', async () => {
    const { preview, asked } = house(
      [appWithSecret('far', inDays(149)), appWithSecret('too-far', inDays(151))],
      { far: ['anna'], 'too-far': ['bob'] },
    );
    const answer = await preview(90);
    expect(warnings(answer)).toEqual(['89 anna 60']);
    expect(asked).toEqual(['far']);
    expect(answer).toMatchObject({ complete: true, reasons: [], ownerless: [] });
  });

  it('leaves out what was sent already, and nothing else', async () => {
    const { preview, ledger, clock } = house([appWithSecret('shop', inDays(31.5))], {
      shop: ['anna'],
    });
    const about = { tenantId: TENANT, findingId: 'application:shop:clientSecret:key-of-shop' };
    const destination = { channel: 'mail', address: 'anna@contoso.example', scope: TENANT };
    const item = alertItem({ ...about, expiresAt: inDays(31.5), stage: 60 });
    const [nightId, kind] = ['the last night', 'ends'];
    await planRow({ ledger, clock }, { destination, item, nightId, kind });
    expect(warnings(await preview(2))).toEqual(['2 anna 30']);
  });

  it('leaves out what an operator says a job of their own replaces', async () => {
    const { preview, deps } = house([appWithSecret('shop', inDays(31.5))], { shop: ['anna'] });
    deps.mark = operatorsMark(['pro*']);
    expect(warnings(await preview(20))).toEqual([]);
  });

  it('names the applications that nobody owns', async () => {
    const { preview } = house(
      [appWithSecret('shop', inDays(10)), appWithSecret('crm', inDays(10))],
      {
        crm: ['anna'],
      },
    );
    const { ownerless } = await preview();
    expect(ownerless).toEqual([{ objectId: 'shop', application: 'Application shop' }]);
  });

  it('is silent about what is ignored, until the fallback list in the last day', async () => {
    const ignored = {
      ...appWithSecret('shop', inDays(20.5)),
      tags: [`keyturn:ignore-until=${inDays(60).slice(0, 10)}`],
    };
    const { preview } = house([ignored], { shop: ['anna'] });
    expect(warnings(await preview(22))).toEqual(['20 fallback 1', '21 fallback 0']);
  });

  it('says what it could not read', async () => {
    const { preview, directory } = house([appWithSecret('shop', inDays(10))], { shop: ['anna'] });
    directory.events.push({ kind: 'incomplete', list: 'servicePrincipals', reason: 'Grant it.' });
    expect(await preview()).toMatchObject({ complete: false, reasons: ['Grant it.'] });
  });

  it('writes nothing', async () => {
    const { preview, ledger } = house([appWithSecret('shop', inDays(10))], { shop: ['anna'] });
    await preview();
    const waiting = [];
    for await (const one of ledger.waiting()) waiting.push(one);
    expect(waiting).toEqual([]);
  });
});

describe('the nights of a preview', () => {
  it.each([
    ['0 0 2 * * *', '2026-11-25T02:00:00Z', '2026-11-26T02:00:00.000Z'],
    ['0 0 2 * * *', '2026-11-25T01:59:00Z', '2026-11-25T02:00:00.000Z'],
    ['30 5 * * *', '2026-11-25T01:00:00Z', '2026-11-25T05:30:00.000Z'],
    ['0 */15 * * * *', '2026-11-25T01:00:00Z', '2026-11-25T02:00:00.000Z'],
  ])('of %s at %s begin at %s and are a day apart', (schedule, now, first) => {
    const nights = nightsFrom(schedule, new Date(now), 3);
    expect(nights.map((night) => night.getTime() - (nights[0]?.getTime() ?? 0))).toEqual([
      0,
      DAY_MS,
      2 * DAY_MS,
    ]);
    expect(nights[0]?.toISOString()).toBe(first);
  });
});
