import { afterEach, describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { seedVault } from '../../local/cloud/seed-vault.ts';
import { azureBrokerAdapters } from '../../shared/azure/azure-broker.ts';
import type { Adapters } from '../../shared/wiring/monitor-parts.ts';
import { readSettings } from '../../shared/settings.ts';
import { application, guid, inDays, NOW, secret, user } from '../support/graph-tenant.ts';
import { startInProcess, type InProcess } from '../support/in-process.ts';
import { permissionRows, type PermissionRow } from '../support/permission-table.ts';

const TENANT = installation.tenantId;
const ANNA = user('anna');
const BOSS = user('boss');
const GONE = { ...user('gone'), accountEnabled: false, manager: BOSS.id };
const REPLACED = guid('c0', 3);

let house: InProcess | null = null;

afterEach(async () => {
  await house?.stop();
  house = null;
});

/** What an installation with everything may do. */
function giveEverything({ world }: InProcess): void {
  world.permissions.set('monitor', [
    'Application.Read.All',
    'User.ReadBasic.All',
    'User.Read.All',
    'Organization.Read.All',
    'AuditLog.Read.All',
  ]);
  world.mailboxes.set('monitor', [installation.mailFrom]);
}

function takeAway({ world }: InProcess, { identity, name, on }: PermissionRow): void {
  const who = identity === 'broker' ? 'broker' : 'monitor';
  const without = (held: string[] = []) => held.filter((one) => one !== name);
  if (on === 'Microsoft Graph') world.permissions.set(who, without(world.permissions.get(who)));
  else if (on === 'Exchange Online') world.mailboxes.delete(who);
  else world.vaultRoles.set(who, without(world.vaultRoles.get(who)));
}

interface Setting {
  house: InProcess;
  adapters: Adapters;
}

async function open(): Promise<Setting> {
  let adapters: Adapters | null = null;
  house = await startInProcess({
    now: NOW,
    env: {
      KEYTURN_TEAMS_WEBHOOK_URL: null,
      KEYTURN_WEBHOOK_URL: null,
      KEYTURN_WEBHOOK_SECRETS: null,
    },
    adapters: (real) => {
      adapters = real;
      return real;
    },
  });
  if (adapters === null) throw new Error('no adapters');
  house.setTenant({
    tenantId: TENANT,
    displayName: 'Contoso',
    verifiedDomain: installation.verifiedDomain,
    applications: [
      application(1, { owners: [ANNA.id], passwordCredentials: [secret(guid('c0', 1), 6.5)] }),
      application(2, { owners: [GONE.id], passwordCredentials: [secret(guid('c0', 2), 6.5)] }),
      application(3, {
        owners: [ANNA.id],
        passwordCredentials: [secret(REPLACED, 20.5), secret(guid('c1', 3), 700, -10)],
      }),
    ],
    servicePrincipals: [],
    users: [ANNA, BOSS, GONE],
    signInActivities: [
      { keyId: REPLACED, lastSignInDateTime: inDays(-8) },
      { keyId: guid('c1', 3), lastSignInDateTime: inDays(-1) },
    ],
  });
  seedVault(house.world, new Date(NOW));
  giveEverything(house);
  return { house, adapters };
}

/** Whether each feature works, by the words of the table. */
const WORKS: Record<string, (setting: Setting) => Promise<boolean>> = {
  checks: async ({ house: { services } }) => {
    const [run] = await services.runs.recent(1);
    return run?.status === 'complete' || run?.status === 'partial';
  },
  'mail to owners': async (setting) => (await previewed(setting)).has(ANNA.mail),
  'managers of owners who left': async (setting) => (await previewed(setting)).has(BOSS.mail),
  'name of the organization': async ({ adapters }) =>
    (await adapters.directoryOf(TENANT).name()) !== null,
  'proof by sign-ins': async ({ house: { services } }) => {
    for await (const { keyId, supersession } of services.findings.ofTenant(TENANT)) {
      if (keyId === REPLACED) return supersession === 'replacementInUse';
    }
    return false;
  },
  mail: async ({ house: { world } }) => world.mail.length > 0,
  'watched key vaults': async ({ house: { services } }) => {
    for await (const { type } of services.findings.ofTenant(TENANT)) {
      if (type === 'keyVaultSecret') return true;
    }
    return false;
  },
  connections: async ({ adapters }) => {
    const read = readSettings();
    if (!read.ok || read.settings.broker === null) throw new Error('no broker');
    const { vault } = azureBrokerAdapters(read.settings, read.settings.broker, adapters);
    const kept = await vault
      .put('a-connection', 'a secret', { contentType: 'text/plain', tags: {} })
      .catch(() => null);
    return kept !== null && (await vault.get(kept)) === 'a secret';
  },
};

async function previewed({ house: { services } }: Setting): Promise<Set<string>> {
  const { mails } = await services.previewAlerts({ tenantId: TENANT, days: 30 });
  return new Set(mails.map(({ address }) => address));
}

async function working(setting: Setting): Promise<string[]> {
  await setting.house.night();
  const names: string[] = [];
  for (const [name, works] of Object.entries(WORKS)) if (await works(setting)) names.push(name);
  return names;
}

describe('least privilege', () => {
  it('everything works with everything that the table lists', async () => {
    expect(await working(await open())).toEqual(Object.keys(WORKS));
  });

  for (const row of permissionRows()) {
    it(`without ${row.name}, exactly "${row.stops.join('; ')}" stops, and the permission is named`, async () => {
      const before = await open();
      // The smaller of the two permissions for people counts where the larger one is not held.
      if (row.name === 'User.ReadBasic.All') {
        takeAway(before.house, { ...row, name: 'User.Read.All' });
      }
      const had = await working(before);
      await before.house.stop();

      const after = await open();
      if (row.name === 'User.ReadBasic.All') {
        takeAway(after.house, { ...row, name: 'User.Read.All' });
      }
      takeAway(after.house, row);
      const has = await working(after);
      expect(had.filter((name) => !has.includes(name))).toEqual(row.stops);

      const report = await after.house.services.setup();
      const named = report.permissions.find(({ name }) => name === row.name);
      expect(named?.granted).not.toBe(true);
      const said = [
        JSON.stringify(named),
        ...(await after.house.services.runs.recent(1)).flatMap(({ reasons }) => reasons),
        ...report.checks.map(({ what, fix }) => `${what} ${fix ?? ''}`),
      ].join('\n');
      expect(said).toContain(row.name);
      expect(named?.fix).not.toBeNull();
    });
  }
});
