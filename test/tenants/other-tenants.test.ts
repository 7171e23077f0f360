import { afterEach, describe, expect, it } from 'vitest';
import { setConsent } from '../../local/cloud/control.ts';
import { installation } from '../../local/cloud/installation.ts';
import type { Run } from '../../shared/checks/run.ts';
import { createTenantStore } from '../../shared/tenants/tenant-store.ts';
import type { Tenant } from '../../shared/tenants/tenant.ts';
import { AGREED, DAY_MS, FABRIKAM, startBesideFabrikam } from '../support/fabrikam.ts';
import type { InProcess } from '../support/in-process.ts';
import { NIGHT } from '../support/one-tenant.ts';

let keyturn: InProcess;
afterEach(() => keyturn.stop());

/** Both are watched by the setting. */
async function start(env: Record<string, string | null> = {}): Promise<void> {
  keyturn = await startBesideFabrikam({ env: { KEYTURN_TENANTS: `home,${FABRIKAM}`, ...env } });
}

async function runOf(tenantId: string): Promise<Run> {
  const run = (await keyturn.services.runs.recent(9)).find((one) => one.tenantId === tenantId);
  if (run === undefined) throw new Error(`${tenantId} was not checked`);
  return run;
}

const mailsTo = (address: string) => keyturn.world.mail.filter(({ to }) => to.includes(address));

describe('a tenant that is not the home tenant', () => {
  it('is read with a token of its own, by the application that trusts the monitor’s identity', async () => {
    await start();
    setConsent(keyturn.world, FABRIKAM, AGREED);
    await keyturn.night();
    expect(await runOf(FABRIKAM)).toMatchObject({
      status: 'complete',
      tenantName: 'Fabrikam',
      reasons: [],
      counts: { applications: 1 },
    });
    expect(mailsTo('tom@fabrikam.example').map(({ subject }) => subject)).toEqual([
      expect.stringContaining('[Keyturn · Fabrikam] Orders stops'),
    ]);
    const [asked] = keyturn.world.requests
      .list('login.microsoftonline.com')
      .filter(({ url }) => url.includes(FABRIKAM));
    expect(asked?.body).toContain(`client_id=${installation.tenantsClientId}`);
    expect(asked?.body).toContain('client_assertion');
  });

  it('fails alone while it has not agreed, and operations hear of it once, with the way back', async () => {
    await start();
    await keyturn.night();
    const run = await runOf(FABRIKAM);
    expect(run.status).toBe('failed');
    expect(run.reasons).toEqual([
      expect.stringMatching(/does not let Keyturn in \(AADSTS7000229\).*keyturn tenants link/),
    ]);
    expect((await runOf(installation.tenantId)).status).toBe('complete');
    keyturn.clock.advance(DAY_MS);
    await keyturn.night();
    const told = mailsTo(installation.operationsRecipient).filter(({ subject }) =>
      subject.includes('Tenant fab00000'),
    );
    expect(told).toHaveLength(1);

    setConsent(keyturn.world, FABRIKAM, AGREED);
    keyturn.clock.advance(DAY_MS);
    await keyturn.night();
    expect((await runOf(FABRIKAM)).status).toBe('complete');
    expect(mailsTo(installation.operationsRecipient).map(({ subject }) => subject)).toContainEqual(
      expect.stringContaining('Fabrikam is watched completely again'),
    );
  });

  it('that withdraws what it agreed to is reported, and its findings stay open', async () => {
    await start();
    const store = createTenantStore(keyturn.tables.open);
    await store.create(record({ access: 'granted' }));
    setConsent(keyturn.world, FABRIKAM, AGREED);
    await keyturn.night();
    setConsent(keyturn.world, FABRIKAM, null);
    keyturn.clock.advance(DAY_MS);
    await keyturn.night();
    expect((await runOf(FABRIKAM)).status).toBe('failed');
    expect((await store.get(FABRIKAM))?.value.access).toBe('withdrawn');
    const open = [];
    for await (const finding of keyturn.services.findings.ofTenant(FABRIKAM)) open.push(finding);
    expect(open.filter(({ closedAt }) => closedAt === null)).toHaveLength(1);
  });

  it('that lets Keyturn in and allows nothing is not taken for an empty one', async () => {
    await start();
    setConsent(keyturn.world, FABRIKAM, []);
    await keyturn.night();
    expect(await runOf(FABRIKAM)).toMatchObject({
      status: 'failed',
      reasons: [expect.stringContaining('Application.Read.All')],
    });
  });

  it('needs an application or a credential of its own, and the run says which setting', async () => {
    await start({ KEYTURN_TENANTS_CLIENT_ID: null });
    await keyturn.night();
    expect((await runOf(FABRIKAM)).reasons).toEqual([
      expect.stringContaining('KEYTURN_TENANTS_CLIENT_ID'),
    ]);
    expect(keyturn.world.requests.list('login.microsoftonline.com')).toEqual([]);
  });

  it('has failures of its own: the home tenant is read while its Graph answers no more', async () => {
    await start();
    setConsent(keyturn.world, FABRIKAM, AGREED);
    keyturn.world.faults.add({ host: 'graph.microsoft.com', tenantId: FABRIKAM, status: 503 });
    await keyturn.night();
    expect(await runOf(FABRIKAM)).toMatchObject({
      status: 'failed',
      reasons: [expect.stringContaining('503'), expect.stringContaining('503')],
    });
    expect((await runOf(installation.tenantId)).status).toBe('complete');
  });

  it('can be started quietly in a live installation: operations are told instead of its owners', async () => {
    await start();
    setConsent(keyturn.world, FABRIKAM, AGREED);
    const store = createTenantStore(keyturn.tables.open);
    await store.create(record({ access: 'granted', alerts: 'operations' }));
    await keyturn.night();
    const about = keyturn.world.mail.filter(({ text }) => text.includes('Orders'));
    expect(about.map(({ to }) => to.join())).toEqual([installation.operationsRecipient]);
    expect(about[0]?.text).toContain('Alerts about this tenant are set to operations');
    // The home tenant is live all the while.
    expect(mailsTo(installation.fallbackRecipient)).toHaveLength(1);

    const row = await store.get(FABRIKAM);
    if (row !== null) await store.replace(row, { ...row.value, alerts: null });
    keyturn.clock.advance(DAY_MS);
    await keyturn.night();
    expect(mailsTo('tom@fabrikam.example')).toHaveLength(1);
  });

  it('has a fallback list and thresholds of its own', async () => {
    await start();
    setConsent(keyturn.world, FABRIKAM, AGREED);
    await createTenantStore(keyturn.tables.open).create(
      record({
        access: 'granted',
        recipients: { fallback: ['desk@fabrikam.example'], escalation: null, domains: null },
        thresholds: { days: [1], byType: {} },
      }),
    );
    await keyturn.night();
    expect(mailsTo('desk@fabrikam.example')).toEqual([]);
    keyturn.clock.advance(DAY_MS);
    await keyturn.night();
    const [mail] = mailsTo('desk@fabrikam.example');
    expect(mail?.text).toContain('Orders');
    expect(mailsTo(installation.fallbackRecipient).map(({ text }) => text)).not.toContainEqual(
      expect.stringContaining('Orders'),
    );
  });
});

function record(members: Partial<Tenant>): Tenant {
  return {
    tenantId: FABRIKAM,
    displayName: 'Fabrikam Ltd',
    instance: 'aaaa0001',
    credential: { type: 'federated' },
    access: 'waiting',
    accessSince: NIGHT.replace('Z', '.000Z'),
    agreedAt: null,
    recipients: { fallback: null, escalation: null, domains: null },
    thresholds: null,
    alerts: null,
    addedAt: NIGHT.replace('Z', '.000Z'),
    addedBy: 'key admin_local',
    ...members,
  };
}
