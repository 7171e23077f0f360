import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeInstallation, type SentCall } from '../support/fake-installation.ts';

type Item = [application: string | null, stage: number, reason?: string];

function mail(at: string, address: string, items: Item[], scope = 'one') {
  return {
    at: `${at}T02:00:00.000Z`,
    address,
    scope,
    items: items.map(([application, stage, reason = 'ownsApplication']) => ({
      application,
      name: 'prod',
      stage,
      reason,
    })),
  };
}

function answer(tenantId: string, more: Record<string, unknown> = {}) {
  const asOf = '2026-12-20T08:00:00.000Z';
  const watchedTenantIds = ['one', 'two'];
  const empty = { complete: true, reasons: [], mails: [], ownerless: [] };
  return { asOf, tenantId, days: 90, watchedTenantIds, ...empty, ...more };
}

function installation(byTenant: Record<string, Record<string, unknown>>) {
  return fakeInstallation(({ url }: SentCall) => {
    const tenantId = new URL(url).searchParams.get('tenantId') ?? 'one';
    return { body: answer(tenantId, byTenant[tenantId]) };
  });
}

describe('keyturn preview-alerts', () => {
  it('says by day who would get which mail and why, over all tenants', async () => {
    const { io, calls } = installation({
      one: {
        mails: [
          mail('2027-01-02', 'anna@contoso.example', [
            ['BC Prod', 60],
            [null, 0],
          ]),
          mail('2027-01-02', 'fallback@contoso.example', [['BC Prod', 7, 'withinAWeek']], '*'),
        ],
        ownerless: [{ objectId: 'o', application: 'Shop' }],
      },
      two: {
        mails: [mail('2027-01-02', 'fallback@contoso.example', [['CRM', -7, 'nobodyElse']], '*')],
      },
    });
    expect(await runKeyturn(['preview-alerts', '--days', '30'], io)).toBe(0);
    expect(calls.map(({ url }) => url.split('/api/')[1])).toEqual([
      'alerts/preview?days=30',
      'alerts/preview?days=30&tenantId=two',
    ]);
    expect(io.stdout)
      .toBe(`The next 30 days from Sun 20 Dec 2026 on, if alerts were live and nobody replaced anything:

Sat 2 Jan 2027: 2 mails
  anna@contoso.example
    BC Prod, 60 days or less before its end (owns the application)
    prod, on its last day (owns the application)
  fallback@contoso.example
    BC Prod, 7 days or less before its end (on the fallback list)
    CRM, 7 days after its end (on the fallback list, as no owner can be reached)

Nobody owns 1 application of these, so the fallback list is told:
  Shop

2 mails to 2 people on 1 day.
`);
  });

  it('says that no mail would be sent', async () => {
    const { io } = installation({});
    expect(await runKeyturn(['preview-alerts'], io)).toBe(0);
    expect(io.stdout).toContain('The next 90 days');
    expect(io.stdout).toContain('No mail would be sent.');
  });

  it('ends with 2 and the reason when a tenant was not read to its end', async () => {
    const { io } = installation({ two: { complete: false, reasons: ['Grant User.Read.All.'] } });
    expect(await runKeyturn(['preview-alerts'], io)).toBe(2);
    expect(io.stderr).toBe('Tenant two: Grant User.Read.All.\n');
  });

  it('counts what it does not write out, and prints no escape of a hostile name', async () => {
    const items: Item[] = Array.from({ length: 40 }, (_, n) => [`\u001b[31mApp ${n}`, 60]);
    const { io } = installation({ one: { mails: [mail('2027-01-02', 'a@b.example', items)] } });
    await runKeyturn(['preview-alerts'], io);
    expect(io.stdout).toContain('and 35 more');
    expect(io.stdout).not.toContain('\u001b');
  });

  it.each([['--days', '0'], ['--days', '366'], ['--days=soon'], ['--all'], ['90']])(
    'asks for nothing with %s %s',
    async (...args) => {
      const { io, calls } = installation({});
      expect(await runKeyturn(['preview-alerts', ...args], io)).toBe(2);
      expect(calls).toEqual([]);
    },
  );
});
