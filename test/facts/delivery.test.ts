import { afterEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../shared/settings.ts';
import { productEnvironment } from '../../local/product-environment.ts';
import { app, ending, oneTenant, type OneTenant } from '../support/one-tenant.ts';

/** Complaints of people about other monitors, and what Keyturn does with the same input: sending and running. */

let keyturn: OneTenant | undefined;

async function start(): Promise<OneTenant> {
  keyturn = await oneTenant({
    tenant: { applications: [app('Orders', { passwordCredentials: [ending(20)] })] },
  });
  return keyturn;
}

function refuseMail({ world }: OneTenant, to?: number): void {
  world.faults.add({
    host: 'graph.microsoft.com',
    path: '/sendMail$',
    status: 403,
    ...(to === undefined ? {} : { times: to }),
    body: { error: { code: 'ErrorAccessDenied', message: 'Access is denied.' } },
  });
}

/** Longer than the pauses between five tries. */
async function hours(house: OneTenant, count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    house.clock.advance(3_600_000);
    await house.sweep();
  }
}

afterEach(() => keyturn?.stop());

function settingFaults(env: Record<string, string>): string[] {
  const places = { port: 1, cloudPort: 2, connectionString: 'UseDevelopmentStorage=true' };
  const read = readSettings({ ...productEnvironment(places), ...env });
  return read.ok ? [] : read.faults.map(({ name, fault, fix }) => `${name}: ${fault} ${fix}`);
}

describe('deliveries and runs that failed without a word', () => {
  it('facts 3 row 29: a mail that is refused is tried again, and when it is given up operations hear of it', async () => {
    const house = await start();
    refuseMail(house, 5);
    await house.night();
    expect(house.subjects()).toEqual([]);
    await hours(house, 6);
    expect(house.subjects()).toEqual([
      expect.stringMatching(/^operations@.*could not be delivered: Orders/),
    ]);
    expect(house.mailsTo('operations@contoso.example')[0]?.text).toContain('anna@contoso.example');
    expect(house.errors.join()).toContain('given up');
  });

  it('facts 3 row 74: two nights at once are one mail', async () => {
    const house = await start();
    await Promise.all([house.night(), house.night()]);
    expect(house.subjects()).toHaveLength(1);
  });

  it('facts 3 row 76: TZ is refused with the setting that does what was meant', () => {
    const faults = settingFaults({ TZ: 'Europe/Berlin' });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('KEYTURN_TIME_ZONE');
  });

  it('facts 3 row 77: a mailbox that may not be used yet is named, with the hours that it can take', async () => {
    const house = await start();
    refuseMail(house, 5);
    await house.night();
    await hours(house, 6);
    const [notice] = house.mailsTo('operations@contoso.example');
    expect(notice?.text).toMatch(/RBAC for Applications/);
    expect(notice?.text).toMatch(/two hours/);
  });

  it('facts 3 row 79: a client secret of the monitor itself is refused on Azure', () => {
    const faults = settingFaults({
      AZURE_CLIENT_SECRET: 'a-secret-that-would-end-one-day',
      WEBSITE_INSTANCE_ID: 'an-instance-on-azure',
    });
    expect(faults.join()).toContain('AZURE_CLIENT_SECRET');
    expect(faults.join()).not.toContain('one-day');
  });
});
