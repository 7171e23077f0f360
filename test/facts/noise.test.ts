import { describe, expect, it } from 'vitest';
import { app, ending, NIGHT, nightOver, someone, type OneTenant } from '../support/one-tenant.ts';

/** Complaints of people about other monitors, and what Keyturn does with the same input: noise and recipients. */

/** The next night comes so many days after the first. */
async function nightAfter(house: OneTenant, days: number): Promise<void> {
  house.clock.set(new Date(Date.parse(NIGHT) + days * 86_400_000).toISOString());
  await house.night();
}

describe('noise that made people write mailbox rules', () => {
  it('facts 3 row 33: Entra Connect renews its certificate itself, so nobody hears of it', async () => {
    const certificate = ending(20, {
      displayName: 'ConnectSyncProvisioning_SRV01',
      usage: 'Verify',
    });
    const house = await nightOver({
      tenant: {
        applications: [app('ConnectSyncProvisioning_SRV01', { keyCredentials: [certificate] })],
      },
    });
    expect(house.subjects()).toEqual([]);
    expect((await house.run()).counts).toMatchObject({ selfRenewing: 1 });
  });

  it('facts 3 row 34: of three App Proxy secrets none is told while one is good, its name encoded or not', async () => {
    const proxy = (days: number, members: Record<string, unknown> = {}) =>
      ending(days, { displayName: 'CWAP_AuthSecret', ...members });
    const encoded = {
      displayName: null,
      customKeyIdentifier: '//5DAFcAQQBQAF8AQQB1AHQAaABTAGUAYwByAGUAdAA=',
    };
    const proxied = (...passwordCredentials: Record<string, unknown>[]) => ({
      tenant: { applications: [app('Expenses', { passwordCredentials })] },
    });
    const house = await nightOver(proxied(proxy(-15), proxy(20, encoded), proxy(340)));
    expect((await house.run()).counts).toMatchObject({ selfRenewing: 3 });
    expect(house.subjects()).toEqual([]);
    await house.stop();
    const failed = await nightOver(proxied(proxy(-15), proxy(5)));
    expect(failed.mailsTo('anna@contoso.example')).toHaveLength(1);
  });

  it('facts 3 row 35: owners that arrive in another order belong to their own applications', async () => {
    const names = ['a', 'b', 'c'];
    const house = await nightOver({
      tenant: {
        applications: names.map((name) =>
          app(name, { owners: [`owner-${name}`], passwordCredentials: [ending(20)] }),
        ),
        users: names.map((name) => someone(`owner-${name}`)),
      },
    });
    // The local Graph answers batches last item first.
    expect(house.subjects().toSorted()).toEqual(
      names.map((name) =>
        expect.stringContaining(`owner-${name}@contoso.example: [Keyturn · Contoso] ${name} stops`),
      ),
    );
  });

  it('facts 3 row 36: one secret that ends is one mail, to its owner alone', async () => {
    const house = await nightOver({
      tenant: {
        applications: [
          app('Ends', { passwordCredentials: [ending(20)] }),
          app('Lasts', { owners: ['bob'], passwordCredentials: [ending(300)] }),
        ],
      },
    });
    expect(house.subjects()).toEqual([
      expect.stringMatching(/^anna@contoso\.example: .*Ends stops/),
    ]);
  });

  it('facts 3 row 38: an application without owners goes to the fallback list, which is told why', async () => {
    const house = await nightOver({
      tenant: { applications: [app('Orphan', { owners: [], passwordCredentials: [ending(20)] })] },
    });
    expect(house.subjects()).toEqual([
      expect.stringMatching(/^fallback@.*no owner can be reached/),
    ]);
  });

  it('facts 3 row 40: with a threshold of 60 days, what ends in 45 is told', async () => {
    const tenant = { applications: [app('Early', { passwordCredentials: [ending(45)] })] };
    const house = await nightOver({ tenant, env: { KEYTURN_THRESHOLD_DAYS: '60,7' } });
    expect(house.mailsTo('anna@contoso.example')).toHaveLength(1);
    await house.stop();
    const late = await nightOver({ tenant, env: { KEYTURN_THRESHOLD_DAYS: '30,7' } });
    expect(late.subjects()).toEqual([]);
  });

  it('facts 3 row 41: a night that was missed on day 30 is made up for on day 29, once', async () => {
    const house = await nightOver({
      tenant: { applications: [app('Orders', { passwordCredentials: [ending(31.5)] })] },
    });
    const stages = () =>
      house.taken.flatMap(({ channel, message }) =>
        channel === 'mail'
          ? message.items.map((item) => ('stage' in item ? item.stage : null))
          : [],
      );
    expect(stages()).toEqual([60]);
    await nightAfter(house, 2.5);
    await nightAfter(house, 3.5);
    expect(stages()).toEqual([60, 30]);
  });

  it('facts 3 row 42: a second night that finds the same sends nothing', async () => {
    const house = await nightOver({
      tenant: { applications: [app('Orders', { passwordCredentials: [ending(5)] })] },
    });
    const first = house.subjects();
    expect(first).toHaveLength(2);
    await house.night();
    expect(house.subjects()).toEqual(first);
  });

  it('facts 3 row 43: what ended 90 days ago alarms nobody for ever', async () => {
    const house = await nightOver({
      tenant: { applications: [app('Leftover', { passwordCredentials: [ending(-90)] })] },
    });
    expect(house.subjects()).toEqual([]);
    expect((await house.run()).counts).toMatchObject({ expired: 1 });
  });
});
