import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDirectory, type TenantDescription } from '../../local/cloud/build-directory.ts';
import { setConsent } from '../../local/cloud/control.ts';
import type { ObjectList } from '../../local/cloud/directory.ts';
import {
  generatedApplications,
  generatedUsers,
  type Generation,
} from '../../local/cloud/generated-applications.ts';
import { GraphFault } from '../../local/cloud/graph-error.ts';
import { installation } from '../../local/cloud/installation.ts';
import type { Mail } from '../../local/cloud/world.ts';
import type { Run } from '../../shared/checks/run.ts';
import { createTenantStore } from '../../shared/tenants/tenant-store.ts';
import type { Tenant } from '../../shared/tenants/tenant.ts';
import { AGREED, startBesideFabrikam } from '../support/fabrikam.ts';
import type { InProcess } from '../support/in-process.ts';

const TENANTS = 1_000;
const LOGIN = 'login.microsoftonline.com';

/** One way in which a tenant fails, and what the run has to say about it. */
interface Way {
  name: string;
  says: RegExp;
  status?: Run['status'];
  /** What is different about the tenant; everything else is as with the others. */
  agreed?: string[] | null;
  isGone?: true;
  applications?: (list: ObjectList) => ObjectList;
  paging?: TenantDescription['paging'];
  credential?: Tenant['credential'];
  token?: { status?: number; headers?: Record<string, string>; body?: unknown; drop?: true };
}

const refusal = (code: string, error = 'invalid_grant') => ({
  status: error === 'invalid_client' ? 401 : 400,
  body: { error, error_description: `AADSTS${code}: No.`, error_codes: [Number(code)] },
});
const OWN = 'c11e0000-0000-4000-8000-000000000001';
const own = (version: string): Tenant['credential'] => ({
  type: 'secret',
  clientId: OWN,
  secret: { name: 'tenant-own-secret', version },
});

/** A list that breaks at a position. */
const breaking =
  (from: number, status: number, code: string, headers: Record<string, string> = {}) =>
  (list: ObjectList): ObjectList => ({
    ...list,
    at: (index) => {
      if (index >= from) throw new GraphFault({ status, code, headers }, 'Something went wrong.');
      return list.at(index);
    },
  });

const WAYS: Way[] = [
  { name: 'never agreed', agreed: null, says: /does not let Keyturn in \(AADSTS7000229\)/ },
  { name: 'took back every permission', agreed: [], says: /allows it nothing/ },
  {
    name: 'took back the one for applications',
    agreed: ['User.Read.All'],
    says: /does not let Keyturn read applications \(403 .*Application\.Read\.All/,
  },
  { name: 'was deleted', isGone: true, says: /AADSTS90002.*no such tenant/i },
  {
    name: 'disabled the enterprise application',
    token: refusal('7000112', 'unauthorized_client'),
    says: /does not let Keyturn in \(AADSTS7000112\)/,
  },
  {
    name: 'has a policy for workload identities',
    token: refusal('53003', 'access_denied'),
    says: /AADSTS53003/,
  },
  {
    name: 'is not trusted by the application',
    token: refusal('700213', 'invalid_client'),
    says: /does not trust the monitor’s identity/,
  },
  {
    name: 'has an own secret that ended',
    credential: own('1'),
    token: refusal('7000222', 'invalid_client'),
    says: /Create a new secret .* PUT \/api\/tenants/,
  },
  {
    name: 'has an own secret that is gone from the vault',
    credential: own('2'),
    says: /not in its key vault any more/,
  },
  {
    name: 'gets HTML from the sign-in service',
    token: { status: 502, body: '<html>Bad gateway</html>' },
    says: /HTTP 502/,
  },
  { name: 'gets no answer', token: { drop: true }, says: /did not answer in time/ },
  {
    name: 'gets a token of another tenant',
    token: {
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: 3599,
        access_token: `${segment({ alg: 'none' })}.${segment({ tid: OWN, roles: AGREED })}.x`,
      },
    },
    says: /token of another tenant/,
  },
  {
    name: 'has a directory that fails',
    applications: breaking(0, 500, 'InternalServerError'),
    says: /kept failing while reading applications \(500/,
  },
  {
    name: 'is throttled for good',
    applications: breaking(0, 429, 'TooManyRequests', { 'retry-after': '1' }),
    says: /kept asking Keyturn to wait/,
  },
  {
    name: 'breaks off in the middle of its list',
    applications: breaking(25, 504, 'GatewayTimeout'),
    paging: { size: 25 },
    status: 'partial',
    says: /504/,
  },
];
/** Each way twice. */
const FAILING = WAYS.length * 2;

function segment(claims: object): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

function tenantIdOf(index: number): string {
  return `10000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

/** The first is the home tenant. */
const wayOf = (index: number): Way | undefined =>
  index === 0 ? undefined : WAYS[Math.floor((index - 1) / 2)];

let keyturn: InProcess;
let runs: Run[];
let mails: Mail[];
let wallMs: number;

beforeAll(async () => {
  keyturn = await startBesideFabrikam({ withVault: true });
  for (let index = 0; index < TENANTS; index += 1) await put(index, wayOf(index) ?? null);
  keyturn.world.requests.clear();
  const startedAt = performance.now();
  await keyturn.night();
  wallMs = performance.now() - startedAt;
  runs = await keyturn.services.runs.recent(TENANTS);
  mails = keyturn.world.mail;
}, 900_000);
afterAll(() => keyturn.stop());

async function put(index: number, way: Way | null): Promise<void> {
  const tenantId = index === 0 ? installation.tenantId : tenantIdOf(index);
  const { world, clock, tables } = keyturn;
  const generation: Generation = { applications: 50, credentialsEach: 1, seed: index };
  const generated = generatedApplications(generation, clock.now());
  const applications = way?.applications?.(generated.applications) ?? generated.applications;
  const verifiedDomain = `t${index}.example`;
  const directory = buildDirectory({
    tenantId,
    displayName: `Customer ${index}`,
    verifiedDomain,
    applications: [],
    servicePrincipals: [],
    users: generatedUsers(verifiedDomain),
    paging: way?.paging ?? {},
    generated: { ...generated, applications },
  });
  if (way?.isGone !== true) world.directories.set(tenantId, directory);
  if (index === 0) return;
  if (way?.token !== undefined) world.faults.add({ host: LOGIN, path: tenantId, ...way.token });
  setConsent(world, tenantId, way?.agreed === undefined ? AGREED : way.agreed);
  if (way?.credential?.type === 'secret') await keepSecret(way.credential);
  await createTenantStore(tables.open).create(recordOf(index, way));
}

/** Version 1 is there, version 2 never was. */
async function keepSecret({
  secret,
}: Extract<Tenant['credential'], { type: 'secret' | 'certificate' }>) {
  if (secret.version !== '1') return;
  const { vault } = await keyturn.services.broker();
  const { version } = await vault.put(secret.name, 'own8Q~ended', {
    contentType: 'text',
    tags: {},
  });
  secret.version = version;
}

function recordOf(index: number, way: Way | null): Tenant {
  const at = keyturn.clock.now().toISOString();
  return {
    tenantId: tenantIdOf(index),
    displayName: `Customer ${index}`,
    instance: 'aaaa0001',
    credential: way?.credential ?? { type: 'federated' },
    access: 'granted',
    accessSince: at,
    agreedAt: null,
    recipients: { fallback: null, escalation: null, domains: null },
    thresholds: null,
    alerts: null,
    addedAt: at,
    addedBy: 'key admin_ops',
  };
}

const runOf = (index: number) => runs.find(({ tenantId }) => tenantId === tenantIdOf(index));

describe('a night over 1 000 tenants of 50 applications, 30 of which fail in different ways', () => {
  it('reads 970 to their end, and none of them because of another', () => {
    expect(runs).toHaveLength(TENANTS);
    expect(runs.filter(({ status }) => status === 'complete')).toHaveLength(TENANTS - FAILING);
    const readRight = runs.filter(
      ({ status, counts }) => status === 'complete' && counts?.applications === 50,
    );
    expect(readRight).toHaveLength(TENANTS - FAILING);
    console.log(`one night over ${TENANTS} tenants: ${Math.round(wallMs)} ms`);
  });

  it.each(WAYS.map((way, index) => ({ ...way, first: 1 + index * 2 })))(
    'explains the tenant that $name',
    ({ first, says, status = 'failed' }) => {
      for (const index of [first, first + 1]) {
        const run = runOf(index);
        expect(run?.status).toBe(status);
        expect(run?.reasons.join(' ')).toMatch(says);
      }
    },
  );

  it('tells operations of all thirty in one mail', () => {
    const toOperations = mails.filter(({ to }) => to.includes(installation.operationsRecipient));
    expect(toOperations).toHaveLength(1);
    const [mail] = toOperations;
    expect(mail?.subject).toContain(`${FAILING} tenants are not watched completely`);
    for (let index = 1; index <= FAILING; index += 1)
      expect(mail?.text).toMatch(new RegExp(`^\\W*Customer ${index}$`, 'm'));
  });

  it('tells whoever is on a list once, and each owner of their own tenant alone', () => {
    expect(mails.filter(({ to }) => to.includes(installation.fallbackRecipient))).toHaveLength(1);
    const owners = mails.filter(({ to }) => to.some((one) => /@t\d+\.example$/.test(one)));
    expect(owners.length).toBeGreaterThan(100);
    for (const { to, subject } of owners) {
      const [, number] = /@t(\d+)\.example$/.exec(to[0] ?? '') ?? [];
      expect(subject).toContain(`Customer ${number}]`);
    }
    expect(new Set(owners.map(({ to }) => to.join())).size).toBe(owners.length);
  });

  it('asks each tenant for one token', () => {
    const asked = new Map<string, number>();
    for (const { url } of keyturn.world.requests.list(LOGIN)) {
      const tenantId = new URL(url).pathname.split('/')[1] ?? '';
      asked.set(tenantId, (asked.get(tenantId) ?? 0) + 1);
    }
    const good = [...asked].filter(([tenantId]) => tenantId > tenantIdOf(FAILING));
    expect(good.every(([, count]) => count === 1)).toBe(true);
  });

  it('says the same in GET /api/tenants, and is quiet about it the night after', async () => {
    const store = createTenantStore(keyturn.tables.open);
    const withdrawn = (await store.list()).filter(({ access }) => access === 'withdrawn');
    // Never agreed, agreed to nothing any more, disabled: each twice.
    expect(withdrawn).toHaveLength(6);
    const before = keyturn.world.mail.length;
    keyturn.clock.advance(86_400_000);
    await keyturn.night();
    const later = keyturn.world.mail.slice(before);
    expect(later.filter(({ to }) => to.includes(installation.operationsRecipient))).toEqual([]);
  });
});
