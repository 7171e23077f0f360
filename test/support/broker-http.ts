import './register-nothing.ts';
import { randomBytes } from 'node:crypto';
import { approveConnection } from '../../functions/approve-connection.ts';
import { authorizeConnection } from '../../functions/authorize-connection.ts';
import { createConnectionKey } from '../../functions/create-connection-key.ts';
import { deleteConnection } from '../../functions/delete-connection.ts';
import { issueToken } from '../../functions/issue-token.ts';
import { listConnections } from '../../functions/list-connections.ts';
import { oauthCallback } from '../../functions/oauth-callback.ts';
import { oauthCallbackOf } from '../../functions/oauth-callback-of.ts';
import { patchConnection } from '../../functions/patch-connection.ts';
import { putConnection } from '../../functions/put-connection.ts';
import { refreshToken } from '../../functions/refresh-token.ts';
import { showConnection } from '../../functions/show-connection.ts';
import { testConnection } from '../../functions/test-connection.ts';
import { installation } from '../../local/cloud/installation.ts';
import { productEnvironment } from '../../local/product-environment.ts';
import type { UsedLink } from '../../shared/alerts/announce-to-operations.ts';
import { auditTrail } from '../../shared/audit/audit-trail.ts';
import { memoryAuditLog } from '../../shared/audit/memory-audit-log.ts';
import { memoryGrantStates } from '../../shared/broker/memory-grant-state-store.ts';
import { lazyBroker } from '../../shared/wiring/broker-parts.ts';
import { memorySecretVault } from '../../shared/connections/memory-secret-vault.ts';
import type { Egress } from '../../shared/egress.ts';
import type { ApiServices } from '../../shared/http/api-services.ts';
import type { AccessServices } from '../../shared/http/caller.ts';
import { callerLimit } from '../../shared/http/caller-limit.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import { createKeyStore } from '../../shared/http/keys.ts';
import { createTokenVerifiers } from '../../shared/http/token-verifiers.ts';
import { createLog } from '../../shared/log.ts';
import { readSettings } from '../../shared/settings.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { callHandler, type Answered, type SentRequest } from './http-call.ts';
import { testCloud, type TestCloud } from './local-cloud.ts';
import { smartConnect } from './local-entra.ts';
import { tenantsOver } from './tenants.ts';

export const TENANT = installation.tenantId;
const SERVICE_URL = `https://api.businesscentral.dynamics.com/v2.0/${TENANT}/Production/ODataV4/`;

/** The body of the story's connection, for which a person signs in. */
const storyBody = {
  displayName: 'Business Central production',
  kind: 'businessCentral',
  grantType: 'authorizationCode',
  serviceUrl: SERVICE_URL,
  clientId: smartConnect.clientId,
  clientSecret: smartConnect.clientSecret,
};

const FUNCTIONS = {
  approveConnection,
  authorizeConnection,
  createConnectionKey,
  deleteConnection,
  issueToken,
  listConnections,
  oauthCallback,
  oauthCallbackOf,
  patchConnection,
  putConnection,
  refreshToken,
  showConnection,
  testConnection,
};

/** The broker's functions over stores in memory, with the local cloud behind the only way out. */
export type BrokerHttp = Awaited<ReturnType<typeof brokerHttp>>;

/** One installation without a connection. */
export async function brokerHttp({
  tokensPerMinute = 1_000_000,
  through = (cloudEgress: Egress): Egress => cloudEgress,
} = {}) {
  const cloud = testCloud();
  const { clock } = cloud;
  const called: string[] = [];
  const sentOut: string[] = [];
  const linksUsed: UsedLink[] = [];
  const egress = through(async ({ url, method = 'GET', headers = {}, body }) => {
    called.push(url);
    sentOut.push(body ?? '');
    const answer = await cloud.call(url.replace(/^https:\//, ''), {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      text: await answer.text(),
    };
  });
  const tables = memoryTables();
  const states = memoryGrantStates(clock);
  const vault = memorySecretVault();
  const logs: string[] = [];
  const broker = lazyBroker({
    settings: settings(),
    adapters: async () => ({
      openTable: tables.open,
      states,
      vault,
      egress,
      federatedAssertion: () => Promise.reject(new Error('no managed identity here')),
      clock,
      random: () => 0.5,
    }),
    log: createLog((line) => void logs.push(line)),
  });
  const audit = memoryAuditLog(clock);
  const services = {
    announceLinkUsed: async (used: UsedLink) => void linksUsed.push(used),
    limit: callerLimit({ perMinute: tokensPerMinute, clock }),
    ...accessServices({ cloud, egress, tables }),
    broker,
    tenants: tenantsOver({ openTable: tables.open, clock }),
    trail: auditTrail({
      audit,
      clock,
      log: createLog((line) => void logs.push(line)),
      later: () => undefined,
    }),
  };
  const admin = (await services.keys.create({ role: 'admin', name: 'ops' })).key;
  const { http } = createHttp<typeof services>(async () => ({ ok: true, services }));
  const call = async (name: keyof typeof FUNCTIONS, sent: SentRequest = {}): Promise<Answered> => {
    const answer = await callHandler(http(FUNCTIONS[name], name), sent);
    logs.push(...answer.logs);
    return answer;
  };
  const as = (key: string) => ({ 'x-keyturn-key': key });
  const asAdmin = (name: keyof typeof FUNCTIONS, id: string, sent: SentRequest = {}) =>
    call(name, {
      method: 'POST',
      ...sent,
      params: { id },
      headers: { 'content-type': 'application/json', ...as(admin), ...sent.headers },
    });
  const put = (id: string, changed: Record<string, unknown> = {}) =>
    asAdmin('putConnection', id, { method: 'PUT', body: { ...storyBody, ...changed } });
  /** A key of a connection. */
  const key = async (id: string, name = 'caller') => {
    const made = await asAdmin('createConnectionKey', id, { body: { name } });
    return String(made.json()['key']);
  };
  const signIn = async (id: string, user: string) => {
    const started = await asAdmin('authorizeConnection', id, { body: {} });
    return browse({ cloud, call }, { user, started });
  };
  return {
    cloud,
    clock,
    /** Every address that was called. */
    called,
    /** The body that went to each of them. */
    sentOut,
    tables,
    states,
    vault,
    audit,
    /** Everything that was logged, a line each. */
    logs,
    services,
    admin,
    call,
    asAdmin,
    /** Creates a connection; the story's unless told. */
    put,
    key,
    /** A request to the token route, as it comes over the wire. */
    token: (id: string, sent: SentRequest) => call('issueToken', { ...sent, params: { id } }),
    /** A person signs in, and their browser brings the answer back. */
    signIn,
    /** The story's connection, for which its account has signed in and is approved; gives a key of it. */
    connect: async (id: string) => {
      await put(id);
      await signIn(id, 'erp@contoso.example');
      await asAdmin('approveConnection', id, { body: {} });
      return key(id);
    },
    egress,
  };
}

function settings() {
  const env = productEnvironment({
    port: 7071,
    cloudPort: 7072,
    connectionString: 'UseDevelopmentStorage=true',
  });
  const read = readSettings(env);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.settings;
}

function accessServices({
  cloud: { clock },
  egress,
  tables,
}: {
  cloud: TestCloud;
  egress: Egress;
  tables: ReturnType<typeof memoryTables>;
}): Omit<AccessServices, 'trail'> &
  Pick<ApiServices, 'callerTokens' | 'clock' | 'keys' | 'settings'> {
  const { cloud: where, access, homeTenantId } = settings();
  const { loginUrl } = where;
  const { audience } = access;
  return {
    settings: settings(),
    clock,
    keys: createKeyStore({ openTable: tables.open, clock, randomBytes }),
    ...createTokenVerifiers({ loginUrl, homeTenantId, audience, egress, clock }),
  };
}

/** What a browser does between the answer of `authorize` and the callback. */
async function browse(
  {
    cloud,
    call,
  }: { cloud: TestCloud; call: (name: 'oauthCallback', sent: SentRequest) => Promise<Answered> },
  { user, started }: { user: string; started: Answered },
): Promise<Answered> {
  const url = new URL(String(started.json()['url']));
  await cloud.control('POST', 'sign-in', { userPrincipalName: user, consent: true });
  const page = await cloud.call(`/${url.host}${url.pathname}${url.search}`);
  return call('oauthCallback', {
    method: 'POST',
    path: '/oauth/callback',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: started.cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    },
    body: new URLSearchParams(formIn(await page.text())).toString(),
  });
}

/** The hidden fields of a page that posts itself. */
function formIn(page: string): Record<string, string> {
  return Object.fromEntries(
    [...page.matchAll(/name="([^"]+)"\s+value="([^"]*)"/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value.replaceAll('&amp;', '&')],
    ),
  );
}
