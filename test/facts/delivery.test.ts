import { describe, expect, it } from 'vitest';
import { readSettings } from '../../shared/settings.ts';
import { installation } from '../../local/cloud/installation.ts';
import { productEnvironment } from '../../local/product-environment.ts';
import { app, ending, oneTenant, type OneTenant } from '../support/one-tenant.ts';

/** Complaints of people about other monitors, and what Keyturn does with the same input: sending and running. */

function start(): Promise<OneTenant> {
  return oneTenant({
    tenant: { applications: [app('Orders', { passwordCredentials: [ending(20)] })] },
  });
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

  it('facts 3 row 65: the address of a retired connector is a settings fault that says what to make instead', () => {
    const faults = settingFaults({
      KEYTURN_TEAMS_WEBHOOK_URL:
        'https://contoso.webhook.office.com/webhookb2/a/IncomingWebhook/b/c',
    });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^KEYTURN_TEAMS_WEBHOOK_URL: .*connector/);
    expect(faults[0]).toMatch(/workflow/i);
    expect(faults[0]).not.toContain('IncomingWebhook/b');
  });

  it('facts 3 row 66: a refused card leaves status and code for operations, and nothing of the address', async () => {
    const house = await start();
    house.world.faults.add({
      host: new URL(installation.teamsWebhookUrl).host,
      status: 400,
      body: { error: { code: 'WorkflowTriggerIsNotEnabled', message: 'sig=abc is not enabled' } },
    });
    await house.night();
    await hours(house, 6);
    const notices = house.mailsTo('operations@contoso.example').map(({ text }) => text);
    expect(notices.join()).toMatch(/400 WorkflowTriggerIsNotEnabled/);
    for (const text of [...notices, ...house.errors]) {
      expect(text).not.toMatch(/sig=|local-signature|5f1c2d3e4b5a/);
    }
  });

  it('facts 3 row 72: a scheduled run that fails is told to operations like any other', async () => {
    const house = await start();
    house.world.faults.add({ host: 'graph.microsoft.com', path: '/applications\\?', status: 403 });
    await house.night();
    expect((await house.run()).status).toBe('failed');
    const notices = house.mailsTo('operations@contoso.example');
    expect(notices).toHaveLength(1);
    expect(notices[0]?.text).toContain('Application.Read.All');
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
