import { beforeEach, describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { entraSteps } from '../../cli/setup/entra-steps.ts';
import { exchangeSteps } from '../../cli/setup/exchange-steps.ts';
import { lookAt, makeAll } from '../../cli/setup/look.ts';
import { withoutMailSend } from '../../cli/setup/permission-steps.ts';
import { setupAsked } from '../../cli/setup/wanted.ts';
import { installation } from '../../local/cloud/installation.ts';
import { ADMINISTRATORS } from '../support/administrators.ts';
import { fakeIo } from '../support/fake-io.ts';
import { testCloud, type TestCloud } from '../support/local-cloud.ts';
import { signedInGraph } from '../support/signed-in-graph.ts';

const OPTIONS = ['--name', 'keyturn-local', '--mail-from', installation.mailFrom];

let cloud: TestCloud;

beforeEach(async () => {
  cloud = testCloud();
  await cloud.control('PUT', 'tenant', { users: ADMINISTRATORS });
  await cloud.control('PUT', 'permissions', { monitor: [], broker: [] });
});

const wantedBy = (...options: string[]) => setupAsked(options, {}).wanted;

async function made(who: string, ...options: string[]) {
  const steps = entraSteps(wantedBy(...(options.length === 0 ? OPTIONS : options)));
  const graph = signedInGraph(cloud, `${who}@contoso.example`);
  const changed: string[] = [];
  const looked = await makeAll(steps, graph, (step, state, wasOpen) => {
    if (wasOpen && state.kind === 'done') changed.push(step.what);
  });
  return { looked, changed, kinds: looked.map(({ state }) => state.kind) };
}

async function writes(): Promise<unknown[]> {
  const sent = (await cloud.json('/_control/requests')) as unknown as { method: string }[];
  return sent.filter(({ method }) => method !== 'GET');
}

describe('keyturn setup for the Entra administrator', () => {
  it('makes everything once, and nothing when it is run again', async () => {
    const first = await made('global');
    expect(new Set(first.kinds)).toEqual(new Set(['done']));
    expect(first.changed).toHaveLength(first.looked.length);
    await cloud.call('/_control/requests', { method: 'DELETE' });
    const again = await made('global');
    expect(again.changed).toEqual([]);
    expect(await writes()).toEqual([]);
  });

  it('gives the monitor identity what was asked for and not a permission more, the broker none', async () => {
    await made('global');
    expect(await cloud.json('/_control/permissions')).toEqual({
      monitor: ['Application.Read.All', 'User.Read.All', 'Organization.Read.All'],
      broker: [],
    });
    await cloud.control('PUT', 'permissions', { monitor: [] });
    await made('global', ...OPTIONS, '--people', 'basic', '--sign-in-activity');
    expect(await cloud.json('/_control/permissions')).toMatchObject({
      monitor: [
        'Application.Read.All',
        'User.ReadBasic.All',
        'Organization.Read.All',
        'AuditLog.Read.All',
      ],
    });
  });

  it('changes nothing while it only looks', async () => {
    const graph = signedInGraph(cloud, 'nobody@contoso.example');
    const looked = await lookAt(entraSteps(wantedBy(...OPTIONS)), graph);
    expect(looked.every(({ state }) => state.kind === 'open' || state.kind === 'waits')).toBe(true);
    expect(await writes()).toEqual([]);
  });

  it('goes as far as a person’s roles reach, names the missing one, and lets another go on', async () => {
    const apps = await made('apps');
    const refused = apps.looked.filter(({ state }) => state.kind === 'failed');
    expect(refused.map(({ step }) => step.what)).toEqual([
      'Give the monitor identity Application.Read.All on Microsoft Graph',
      'Give the monitor identity User.Read.All on Microsoft Graph',
      'Give the monitor identity Organization.Read.All on Microsoft Graph',
    ]);
    expect(JSON.stringify(refused)).toContain('Privileged Role Administrator');
    const roles = await made('roles');
    expect(new Set(roles.kinds)).toEqual(new Set(['done']));
    expect(roles.changed).toHaveLength(3);
  });

  it('waits for the Azure owner with what needs the identities, and does the rest', async () => {
    const { looked } = await made('global', '--name', 'keyturn-elsewhere');
    const waiting = looked.filter(({ state }) => state.kind === 'waits');
    expect(waiting).toHaveLength(4);
    expect(JSON.stringify(waiting)).toContain(
      'the Azure owner deploying the identity keyturn-elsewhere-monitor',
    );
    expect(looked.filter(({ state }) => state.kind === 'done')).toHaveLength(6);
  });

  it('takes no application for the identity that has its name', async () => {
    const twin = {
      id: 'sp-twin',
      displayName: 'keyturn-fake-monitor',
      servicePrincipalType: 'Application',
    };
    await cloud.control('PUT', 'tenant', { users: ADMINISTRATORS, servicePrincipals: [twin] });
    const { looked } = await made('global', '--name', 'keyturn-fake');
    expect(looked.filter(({ state }) => state.kind === 'waits')).toHaveLength(4);
  });

  it('adds itself to an application that is there, and leaves what others put into it', async () => {
    const appId = '0a7e5c4d-6b9f-4f53-8d9b-2f1d9a0c4e11';
    const web = { redirectUris: ['https://login.smartconnect.example/callback'] };
    await cloud.control('PUT', 'tenant', {
      users: ADMINISTRATORS,
      applications: [{ id: 'app-1', appId, displayName: 'SmartConnect', web }],
    });
    const options = [...OPTIONS, '--no-connections', '--application', appId];
    expect(new Set((await made('apps', ...options)).kinds)).toContain('done');
    const graph = signedInGraph(cloud, 'nobody@contoso.example');
    const path = `/applications(appId='${appId}')`;
    const seen = async () => (await graph.get(path))?.['web'];
    const both = [...web.redirectUris, 'https://keyturn-local.azurewebsites.net/oauth/callback'];
    expect(await seen()).toMatchObject({ redirectUris: both });
    const trusted = await graph.get('/applications/app-1/federatedIdentityCredentials');
    expect(trusted?.['value']).toMatchObject([
      {
        name: 'keyturn-local-broker',
        subject: installation.identities.broker.objectId,
        issuer: `https://login.microsoftonline.com/${installation.tenantId}/v2.0`,
        audiences: ['api://AzureADTokenExchange'],
      },
    ]);
    expect((await made('apps', ...options)).changed).toEqual([]);
    expect(await seen()).toMatchObject({ redirectUris: both });
  });

  it('registers one application for other tenants, which trusts the monitor identity', async () => {
    const { kinds } = await made('global', ...OPTIONS, '--no-connections', '--many-tenants');
    expect(new Set(kinds)).toEqual(new Set(['done']));
    const graph = signedInGraph(cloud, 'nobody@contoso.example');
    const application = await graph.get("/applications(uniqueName='keyturn-local-tenants')");
    expect(application).toMatchObject({
      signInAudience: 'AzureADMultipleOrgs',
      web: { redirectUris: ['https://keyturn-local.azurewebsites.net/oauth/callback'] },
      passwordCredentials: [],
    });
    const trusted = await graph.get(
      `/applications/${String(application?.['id'])}/federatedIdentityCredentials`,
    );
    expect(trusted?.['value']).toMatchObject([
      { subject: installation.identities.monitor.objectId },
    ]);
    const io = fakeIo({});
    await runKeyturn(['setup', ...OPTIONS, '--many-tenants', '--role', 'azure'], io);
    expect(io.stdout).toContain('tenantsClientId="$TENANTS_APP_ID"');
  });

  it('takes away the permission to send from every mailbox where it is held, and asks for nothing where not', async () => {
    await cloud.control('PUT', 'permissions', { monitor: ['Mail.Send'] });
    const graph = signedInGraph(cloud, 'roles@contoso.example');
    const step = withoutMailSend({ name: 'keyturn-local' });
    expect((await lookAt([step], graph))[0]?.state).toEqual({ kind: 'open' });
    await makeAll([step], graph, () => undefined);
    expect(await cloud.json('/_control/permissions')).toMatchObject({ monitor: [] });
    expect((await lookAt([step], graph))[0]?.state).toEqual({ kind: 'done' });
  });

  it('waits a moment for a registration that not every server of the directory knows yet', async () => {
    await cloud.control('POST', 'faults', {
      host: 'graph.microsoft.com',
      method: 'PATCH',
      path: 'servicePrincipals',
      times: 2,
      status: 404,
      body: { error: { code: 'Request_ResourceNotFound', message: 'not there' } },
    });
    expect(new Set((await made('global')).kinds)).toEqual(new Set(['done']));
    expect(cloud.clock.slept).toContain(3_000);
  });
});

describe('the sheets of keyturn setup', () => {
  it('need no sign-in, so they can be made before anything is', async () => {
    const io = fakeIo({});
    expect(await runKeyturn(['setup', ...OPTIONS, '--role', 'exchange'], io)).toBe(0);
    expect(io.stdout).toContain(
      "-Role 'Application Mail.Send' -CustomResourceScope 'keyturn-local mailbox'",
    );
    expect(io.stdout).toContain("PrimarySmtpAddress -eq 'keyturn@contoso.example'");
    expect(io.stdout).toContain('PASTE monitorPrincipalId');
    expect(io.stdout).toContain('Take it back:');
  });

  it('ask for no mail permission, and nothing of Exchange, where only Teams is told', async () => {
    const io = fakeIo({});
    const options = ['--name', 'keyturn-local', '--teams'];
    await runKeyturn(['setup', ...options], io);
    for (const role of ['azure', 'entra', 'exchange']) {
      await runKeyturn(['setup', ...options, '--role', role], io);
    }
    expect(io.stdout).not.toContain('Mail.Send');
    expect(io.stdout).not.toContain('Exchange administrator');
    expect(io.stdout).toContain('Nothing to do in Exchange');
    expect(io.stdout).toContain('alerts=preview');
    expect(io.stdout).toContain('teams=true teamsWebhookUrl="$TEAMS_URL"');
    expect(exchangeSteps(wantedBy(...options), { appId: null, objectId: null })).toEqual([]);
  });

  it('facts 3 row 78: Exchange is told the ids of the enterprise application, never those of a registration', () => {
    const { clientId, objectId } = installation.identities.monitor;
    const steps = exchangeSteps(wantedBy(...OPTIONS), { appId: clientId, objectId });
    const lines = steps.flatMap(({ commands }) => commands).join('\n');
    expect(lines).toContain(`New-ServicePrincipal -AppId '${clientId}' -ObjectId '${objectId}'`);
    expect(lines).toContain(`-App '${objectId}' -Role 'Application Mail.Send'`);
    expect(lines).not.toContain('ApplicationAccessPolicy');
  });

  it('start quietly: the deployment says that operations alone are told', async () => {
    const io = fakeIo({});
    await runKeyturn(
      ['setup', ...OPTIONS, '--operations', 'ops@contoso.example', '--role', 'azure'],
      io,
    );
    expect(io.stdout).toContain('alerts=operations');
    expect(io.stdout).toContain('operationsRecipients=ops@contoso.example');
  });

  it('speak to the cloud that is meant: login host, Graph, audience, and how to get there', async () => {
    const io = fakeIo({ env: { KEYTURN_CLOUD: 'china' } });
    await runKeyturn(['setup', ...OPTIONS, '--role', 'entra'], io);
    expect(io.stdout).toContain('az cloud set --name AzureChinaCloud');
    expect(io.stdout).toContain('--resource https://microsoftgraph.chinacloudapi.cn');
    expect(io.stdout).toContain('https://login.partner.microsoftonline.cn/');
    expect(io.stdout).toContain('api://AzureADTokenExchangeChina');
    expect(io.stdout).toContain('https://keyturn-local.chinacloudsites.cn/oauth/callback');
    expect(io.stdout).not.toContain('graph.microsoft.com');
    await runKeyturn(['setup', ...OPTIONS, '--role', 'exchange'], io);
    expect(io.stdout).toContain('-ExchangeEnvironmentName O365China');
  });

  it('refuse what would leave the quotes of a shell, and to apply what Graph cannot make', async () => {
    const io = fakeIo({});
    const bad = [
      ['--name', 'x; rm -rf ~'],
      ['--name', 'keyturn-a', '--resource-group', "a' b"],
      ['--name', 'keyturn-a', '--mail-from', "a'$(id)@contoso.example"],
      ['--name', 'keyturn-a', '--public-url', 'http://keyturn.example'],
      ['--name', 'keyturn-a', '--apply', '--role', 'azure'],
      ['--name', 'keyturn-a', '--people', 'some'],
      ['--name', 'keyturn-a', '--application', "x') or (appId='y"],
      [],
    ];
    for (const options of bad) expect(await runKeyturn(['setup', ...options], io)).toBe(2);
    expect(io.stdout).toBe('');
  });
});
