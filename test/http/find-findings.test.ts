import { DEFAULT_THRESHOLDS } from '../../shared/expiry/thresholds.ts';
import { describe, expect, it } from 'vitest';
import { findingStore } from '../../shared/checks/finding-store.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { findFindings } from '../../shared/http/find-findings.ts';
import { findingsQuery } from '../../shared/http/schemas.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { aFinding, TENANT } from '../support/stored.ts';

const OTHER = '11111111-2222-0333-4444-555555555555';
const now = new Date('2026-03-01T12:00:00Z');
const lists = { fallback: ['f@contoso.example'], escalation: [], operations: [] };
const options = {
  now,
  policyOf: async () => ({ lists, thresholds: DEFAULT_THRESHOLDS }),
  consumersOf: () => [],
  connectionsOf: () => [],
};

async function storeOf(...findings: Finding[]) {
  const store = findingStore(memoryTables().open);
  for (const finding of findings)
    await store.record({
      tenantId: finding.tenantId,
      findings: [finding],
      at: now,
      closeOthers: false,
      ownersRead: () => true,
    });
  return store;
}

async function ids(store: Awaited<ReturnType<typeof storeOf>>, query: Record<string, string>) {
  const page = await findFindings(store, { ...findingsQuery.parse(query), limit: null }, options);
  return page.findings.map(({ id }) => id);
}

describe('findFindings', () => {
  it('decides status, days and stage for now, not for the night that stored them', async () => {
    const store = await storeOf(aFinding({ expiresAt: '2026-03-01T11:59:59.000Z' }));
    const { findings } = await findFindings(store, { limit: null, format: 'json' }, options);
    expect(findings[0]).toMatchObject({ status: 'expired', daysLeft: -1, stage: 0 });
    expect(findings[0]?.recipients).toEqual([
      { address: 'ada@contoso.example', reason: 'ownsApplication' },
      { address: 'f@contoso.example', reason: 'withinAWeek' },
    ]);
  });

  it('sorts by end, then id, with unknown ends last', async () => {
    const store = await storeOf(
      aFinding({ id: 'zero', expiresAt: '0001-01-01T00:00:00.000Z' }),
      aFinding({ id: 'none', expiresAt: null }),
      aFinding({ id: 'b' }),
      aFinding({ id: 'a', tenantId: OTHER }),
      aFinding({ id: 'old', expiresAt: '2020-01-01T00:00:00.000Z' }),
    );
    expect(await ids(store, {})).toEqual(['old', 'a', 'b', 'none', 'zero']);
  });

  it('narrows by tenant, status and days, and leaves out what is closed', async () => {
    const store = await storeOf(
      aFinding({ id: 'here' }),
      aFinding({ id: 'there', tenantId: OTHER }),
      aFinding({ id: 'soon', expiresAt: '2026-03-06T12:00:00.000Z' }),
      aFinding({ id: 'ended', expiresAt: '2026-02-01T00:00:00.000Z' }),
      aFinding({ id: 'undated', expiresAt: null }),
      aFinding({ id: 'closed', closedAt: '2026-02-20T00:00:00.000Z' }),
    );
    expect(await ids(store, { tenantId: OTHER.toUpperCase() })).toEqual(['there']);
    expect(await ids(store, { status: 'expired' })).toEqual(['ended']);
    expect(await ids(store, { withinDays: '5' })).toEqual(['ended', 'soon', 'undated']);
    expect(await ids(store, { withinDays: '4', tenantId: TENANT })).toEqual(['ended', 'undated']);
  });

  it('gives every finding once over all pages, equal ends and unknown ones included', async () => {
    const findings = Array.from({ length: 23 }, (_, i) =>
      aFinding({
        id: `f${String(i).padStart(2, '0')}`,
        ...(i % 5 === 0 ? { expiresAt: null } : {}),
      }),
    );
    const store = await storeOf(...findings);
    const seen: string[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const query = findingsQuery.parse(after === undefined ? {} : { after });
      const page = await findFindings(store, { ...query, limit: 5 }, options);
      seen.push(...page.findings.map(({ id }) => id));
      after = page.after ?? undefined;
      pages += 1;
    } while (after !== undefined);
    expect(pages).toBe(5);
    expect(seen).toEqual(await ids(store, {}));
    expect(new Set(seen).size).toBe(23);
  });

  it('refuses a page mark that it did not make', async () => {
    const store = await storeOf(aFinding());
    const query = findingsQuery.parse({ after: 'abc' });
    await expect(findFindings(store, { ...query, limit: 5 }, options)).rejects.toMatchObject({
      code: 'bad_request',
    });
  });

  it('does not put somebody on a list for what renews itself', async () => {
    const store = await storeOf(aFinding({ selfRenewing: 'managedIdentity', stage: null }));
    const { findings } = await findFindings(store, { limit: null, format: 'json' }, options);
    expect(findings[0]).toMatchObject({ stage: null, recipients: [] });
  });
});
