import { describe, expect, it } from 'vitest';
import type { Fault } from '../../local/cloud/faults.ts';
import {
  app,
  ending,
  oneTenant,
  type OneTenant,
  type OneTenantOptions,
} from '../support/one-tenant.ts';

/** Complaints of people about other monitors, and what Keyturn does with the same input: paging, throttling, refusals. */

async function start(
  options: OneTenantOptions,
  ...faults: Omit<Fault, 'host'>[]
): Promise<OneTenant> {
  const keyturn = await oneTenant(options);
  for (const fault of faults) keyturn.world.faults.add({ host: 'graph.microsoft.com', ...fault });
  return keyturn;
}

async function nightOver(...given: Parameters<typeof start>): Promise<OneTenant> {
  const house = await start(...given);
  await house.night();
  return house;
}

const QUIET = 300;
/** So many applications; only the last one has a secret that ends soon. */
function manyApps(count: number) {
  return Array.from({ length: count }, (_, index) =>
    app(`App ${index}`, { passwordCredentials: [ending(index === count - 1 ? 5 : QUIET)] }),
  );
}

const oneApp = { tenant: { applications: [app('Orders', { passwordCredentials: [ending(5)] })] } };

describe('lists that others read in part', () => {
  it('facts 3 row 16: the 101st application is found although a page holds a hundred', async () => {
    const house = await nightOver({
      tenant: { applications: manyApps(101), paging: { size: 100 } },
    });
    expect((await house.run()).counts).toMatchObject({ applications: 101, expiring: 1 });
    expect(house.mailsTo('anna@contoso.example')).toHaveLength(1);
  });

  it('facts 3 row 17: an empty page in the middle does not end the list', async () => {
    const house = await nightOver({
      tenant: { applications: manyApps(9), paging: { size: 3, emptyAfter: [1, 2] } },
    });
    expect((await house.run()).counts).toMatchObject({ applications: 9, expiring: 1 });
  });

  it('facts 3 row 18: a page that fails twice is read; one that fails for ever makes the run partial', async () => {
    const options = { tenant: { applications: manyApps(9), paging: { size: 3 } } };
    const house = await nightOver(options, { path: 'skiptoken', status: 500, times: 2 });
    expect(await house.run()).toMatchObject({ status: 'complete', counts: { applications: 9 } });
    await house.stop();
    const broken = await nightOver(options, { path: 'skiptoken', status: 500 });
    const run = await broken.run();
    expect(run).toMatchObject({ status: 'partial', counts: { applications: 3 } });
    expect(run.reasons.join()).toMatch(/applications/);
  });

  it('facts 3 row 19: a nextLink that Graph forgot starts the list once more, and nothing counts twice', async () => {
    const house = await nightOver(
      { tenant: { applications: manyApps(9), paging: { size: 3 } } },
      {
        path: 'applications.*skiptoken',
        status: 400,
        times: 1,
        body: { error: { code: 'Directory_ExpiredPageToken', message: 'skiptoken' } },
      },
    );
    expect(await house.run()).toMatchObject({
      status: 'complete',
      counts: { applications: 9, credentials: 9, expiring: 1 },
    });
  });

  it.each(['0.249', 'Wed, 25 Nov 2026 02:00:07 GMT', 'abc', null])(
    'facts 3 row 21: Retry-After %s is waited for, at least a second, without a hot loop',
    async (after) => {
      const headers = after === null ? {} : { 'retry-after': after };
      const house = await nightOver(oneApp, {
        path: '/applications\\?',
        status: 429,
        times: 1,
        headers,
      });
      expect(await house.run()).toMatchObject({ status: 'complete', counts: { applications: 1 } });
      const waits = house.clock.slept;
      expect(waits).toHaveLength(1);
      expect(waits[0]).toBeGreaterThanOrEqual(after?.startsWith('Wed') === true ? 7_000 : 1_000);
    },
  );

  it('facts 3 row 23: of twenty owners asked for at once, the one that was throttled is asked for again', async () => {
    const applications = Array.from({ length: 20 }, (_, index) =>
      app(`App ${index}`, { passwordCredentials: [ending(5)] }),
    );
    const house = await nightOver(
      { tenant: { applications } },
      {
        path: 'App%207/owners|App 7/owners',
        status: 429,
        times: 1,
        headers: { 'retry-after': '1' },
      },
    );
    expect(await house.run()).toMatchObject({ status: 'complete', reasons: [] });
    const found = await house.findings();
    expect(found.map(({ owners }) => owners.map(({ id }) => id))).toEqual(
      found.map(() => ['anna']),
    );
  });

  it('facts 3 row 25: a batch that is refused as a whole, twice, loses no owner', async () => {
    const house = await nightOver(oneApp, {
      path: '\\$batch',
      status: 429,
      times: 2,
      headers: { 'retry-after': '1' },
    });
    expect((await house.findings())[0]?.owners.map(({ id }) => id)).toEqual(['anna']);
    expect(house.mailsTo('anna@contoso.example')).toHaveLength(1);
  });

  it('facts 3 row 30: enterprise applications that cannot be read do not keep applications from being told', async () => {
    const house = await nightOver(oneApp, { path: '/servicePrincipals\\?', status: 403 });
    expect((await house.run()).status).toBe('partial');
    expect(house.mailsTo('anna@contoso.example')).toHaveLength(1);
  });

  it('facts 3 row 31: owners that come as ids alone mean a missing permission, which is named, and the fallback list hears', async () => {
    const house = await start(oneApp);
    house.world.permissions.set('monitor', [
      'Application.Read.All',
      'Organization.Read.All',
      'Mail.Send',
    ]);
    await house.night();
    const run = await house.run();
    expect(run.reasons.join()).toContain('User.ReadBasic.All');
    expect(house.mailsTo('fallback@contoso.example')).toHaveLength(1);
    expect(house.mailsTo('anna@contoso.example')).toHaveLength(0);
  });

  it('facts 3 row 32: a secret that only the enterprise application holds is found', async () => {
    const house = await nightOver({
      tenant: {
        applications: [app('Bridge', {})],
        servicePrincipals: [
          app('Bridge', { id: 'sp-bridge', passwordCredentials: [ending(5, { keyId: 'k' })] }),
        ],
      },
    });
    expect((await house.findings()).map(({ holder, keyId }) => [holder.type, keyId])).toEqual([
      ['servicePrincipal', 'k'],
    ]);
    expect(house.mailsTo('anna@contoso.example')).toHaveLength(1);
  });
});
