import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { arrayList } from '../../local/cloud/directory.ts';
import { installation } from '../../local/cloud/installation.ts';
import { seedAppId } from '../../local/cloud/seed-apis.ts';
import { readSettings } from '../../shared/settings.ts';
import { fakeAz, type FakeAz } from '../support/fake-az.ts';
import { fakeExchange } from '../support/fake-exchange.ts';
import { fakeIo } from '../support/fake-io.ts';
import { startInProcess, type InProcess } from '../support/in-process.ts';
import { readSheet } from '../support/sheet.ts';

const OPERATIONS = 'operations@contoso.example';
const OPTIONS = [
  ['--name', 'keyturn-local'],
  ['--mail-from', installation.mailFrom],
  ['--operations', OPERATIONS],
  ['--fallback', 'fallback@contoso.example'],
  ['--application', seedAppId('SmartConnect BC Prod')],
  ['--many-tenants'],
].flat();
const TENANT = installation.tenantId;
/** Who does what. None of them has the roles of another. */
const PEOPLE = {
  azure: 'azure.owner@contoso.example',
  entra: 'entra.admin@contoso.example',
  exchange: 'exchange.admin@contoso.example',
};

let az: FakeAz;
let house: InProcess | null;

beforeEach(() => {
  az = fakeAz();
  house = null;
});

afterEach(async () => {
  await house?.stop();
  vi.unstubAllEnvs();
});

async function setup(...more: string[]): Promise<string> {
  const io = fakeIo({});
  await runKeyturn(['setup', ...OPTIONS, ...more], io);
  return io.stdout;
}

async function run(sheet: string, titles: RegExp, part: 'commands' | 'undo' = 'commands') {
  const { before, steps } = readSheet(sheet);
  const wanted = steps.filter(({ title }) => titles.test(title));
  const ordered = part === 'undo' ? wanted.toReversed() : wanted;
  for (const { title, [part]: lines } of ordered) {
    if (lines === null) continue;
    const { code, err } = await az.bash(`${before}\n${lines}`);
    if (code !== 0 || err !== '') throw new Error(`${title}: ${err}`);
  }
}

/** What the template's parameters become, for the program that it deploys. */
const SETTING_OF: Record<string, string> = {
  publicUrl: 'KEYTURN_PUBLIC_URL',
  cloud: 'KEYTURN_CLOUD',
  alerts: 'KEYTURN_ALERTS',
  mailFrom: 'KEYTURN_MAIL_FROM',
  operationsRecipients: 'KEYTURN_OPERATIONS_RECIPIENTS',
  fallbackRecipients: 'KEYTURN_FALLBACK_RECIPIENTS',
  apiClientId: 'KEYTURN_API_AUDIENCE',
};

function deployments(): Map<string, string>[] {
  return az
    .azureCalls()
    .filter((args) => args.slice(0, 3).join(' ') === 'deployment group create')
    .map((args) => {
      const from = args.indexOf('--parameters') + 1;
      return new Map(
        args.slice(from).map((one) => [one.split('=')[0] ?? '', one.split('=').slice(1).join('=')]),
      );
    });
}

function environment(parameters: Map<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...parameters].flatMap(([name, value]) => {
      const setting = SETTING_OF[name];
      return setting === undefined ? [] : [[setting, value]];
    }),
  );
}

/** What nobody but the deployment decides is off at first: channels beside mail, the API's audience, other vaults. */
const NOTHING_ELSE = {
  KEYTURN_API_AUDIENCE: null,
  KEYTURN_TEAMS_WEBHOOK_URL: null,
  KEYTURN_WEBHOOK_URL: null,
  KEYTURN_WEBHOOK_SECRETS: null,
  KEYTURN_WATCHED_VAULTS: null,
  KEYTURN_SIGN_IN_ACTIVITY: null,
  KEYTURN_ESCALATION_RECIPIENTS: null,
  KEYTURN_VAULT_URL: null,
};

describe('the first hour, as three people with three roles', () => {
  it(
    'ends with a preview of real alerts; no owner was mailed before somebody said so',
    { timeout: 300_000 },
    async () => {
      vi.stubEnv('PATH', az.path);

      // Whoever wants Keyturn makes the sheets, before anything is there and without a role.
      const sheets = {
        azure: await setup('--role', 'azure'),
        entra: await setup('--role', 'entra'),
      };

      // The Azure owner.
      await run(sheets.azure, /^[12]\./);
      const [deployed] = deployments();
      house = await startInProcess({
        now: '2026-11-28T09:00:00Z',
        env: { ...environment(deployed ?? new Map()), ...NOTHING_ELSE, KEYTURN_KEYS: 'on' },
      });
      const { world, services } = house;
      az.connect(house.cloudUrl);
      world.permissions.set('monitor', []);
      seat(house);
      await house.night();
      expect(world.mail).toEqual([]);
      const early = await services.setup();
      expect(
        early.permissions.filter(({ granted }) => granted === false).map(({ name }) => name),
      ).toEqual([
        'Application.Read.All',
        'User.ReadBasic.All',
        'User.Read.All',
        'Organization.Read.All',
      ]);

      const registered = registrations(house);

      // The Entra administrator, with the sheet that was made before.
      az.signIn(PEOPLE.exchange);
      await expect(run(sheets.entra, /^1\./)).rejects.toThrow('Authorization_RequestDenied');
      az.signIn(PEOPLE.entra);
      await run(sheets.entra, /./);
      expect(world.permissions.get('monitor')).toEqual([
        'Application.Read.All',
        'User.Read.All',
        'Organization.Read.All',
      ]);

      // The Exchange administrator; the identity's ids can be looked up now, by any member.
      az.signIn(PEOPLE.exchange);
      const exchange = await setup('--role', 'exchange');
      const powershell = fakeExchange(world);
      for (const { commands } of readSheet(exchange).steps) powershell(commands);

      // The Azure owner again: which registration is the API.
      az.signIn(PEOPLE.azure);
      await run(sheets.azure, /^4\./);
      const audience = deployments().at(-1)?.get('apiClientId');
      expect(deployments().at(-1)?.get('tenantsClientId')).not.toBe(audience);
      const settings = readSettings({ ...process.env, KEYTURN_API_AUDIENCE: audience });
      expect(settings.ok && settings.settings.access.audience).toBe(audience);

      // Whoever runs Keyturn.
      const seen = await setup();
      expect(seen).not.toContain('[ ]');
      house.clock.advance(86_400_000);
      await house.night();
      // As the functions of the timers do.
      for (const timer of ['checkNightly', 'sweep', 'keepAlive', 'prune']) {
        await services.noteTimer(timer);
      }
      const report = await services.setup();
      expect(report.permissions.filter(({ granted }) => granted === false)).toEqual([]);
      expect(report.checks.filter(({ status }) => status === 'failed')).toEqual([]);
      const preview = await services.previewAlerts({ tenantId: TENANT, days: 90 });
      const owners = new Set(preview.mails.map(({ address }) => address));
      expect(preview.complete).toBe(true);
      expect(owners.size).toBeGreaterThan(3);
      const mailed = () => [
        ...new Set(world.mail.flatMap(({ to, cc, bcc }) => [...to, ...cc, ...bcc])),
      ];
      expect(mailed()).toEqual([OPERATIONS]);

      // Somebody says so.
      await services.alertMode.switchTo('live', 'key:setup');
      house.clock.advance(86_400_000);
      await house.night();
      expect(mailed().length).toBeGreaterThan(3);
      expect(mailed().some((address) => owners.has(address) && address !== OPERATIONS)).toBe(true);

      // And it can be taken back, to the last registration.
      az.signIn(PEOPLE.entra);
      await run(sheets.entra, /./, 'undo');
      expect(world.permissions.get('monitor')).toEqual([]);
      expect([...world.deletedItems, ...world.scopeGrants, ...world.assignments]).toEqual([]);
      expect(registrations(house)).toEqual(registered);
      expect(await setup()).toContain('[ ] Register the API of Keyturn');

      // Or it is done without the sheet: one line, twice.
      expect(await setup('--apply')).toContain('The Entra part is done.');
      const again = await setup('--apply');
      expect(again).toContain('was so  Register the API of Keyturn');
      expect(again).not.toContain('made ');
      expect(world.permissions.get('monitor')).toHaveLength(3);
    },
  );

  it('names parameters that the template has', async () => {
    await run(await setup('--role', 'azure'), /^2\./);
    const template = new URL('../../infra/main.json', import.meta.url);
    if (!existsSync(template)) return;
    const { parameters } = JSON.parse(readFileSync(template, 'utf8')) as { parameters: object };
    const [used = new Map<string, string>()] = deployments();
    expect([...used.keys()].filter((name) => !(name in parameters))).toEqual([]);
  });
});

/** Every registration with the members that setup touches. */
function registrations({ world }: InProcess): unknown[] {
  const directory = world.directories.get(TENANT);
  if (directory === undefined) throw new Error('no tenant');
  const { applications } = directory;
  return Array.from({ length: applications.length }, (_, index) => applications.at(index))
    .map(({ id, displayName, web }) => ({
      id,
      displayName,
      web,
      trusts: directory.federatedOf(id),
    }))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** The three people work in this tenant. */
function seat({ world }: InProcess): void {
  const directory = world.directories.get(TENANT);
  if (directory === undefined) throw new Error('no tenant');
  const people = Object.values(PEOPLE).map((userPrincipalName) => ({
    id: userPrincipalName,
    userPrincipalName,
    displayName: userPrincipalName,
    accountEnabled: true,
  }));
  const { users } = directory;
  const all = [...Array.from({ length: users.length }, (_, index) => users.at(index)), ...people];
  const roles: Record<string, string[]> = {
    [PEOPLE.entra]: ['Cloud Application Administrator', 'Privileged Role Administrator'],
    [PEOPLE.exchange]: ['Exchange Administrator'],
  };
  world.directories.set(TENANT, {
    ...directory,
    users: arrayList(all),
    rolesOf: (id) => roles[id] ?? directory.rolesOf(id),
  });
}
