import './register-nothing.ts';
import { randomBytes } from 'node:crypto';
import { actByLink } from '../../functions/act-by-link.ts';
import { createConnectLink } from '../../functions/create-connect-link.ts';
import { oauthCallback } from '../../functions/oauth-callback.ts';
import { oauthCallbackOf } from '../../functions/oauth-callback-of.ts';
import type { UsedLink } from '../../shared/alerts/announce-to-operations.ts';
import type { AuditEntry } from '../../shared/audit/audit-log.ts';
import { createTokenBroker } from '../../shared/broker/acquire-token.ts';
import type { BrokerDeps } from '../../shared/broker/broker-deps.ts';
import { createAuthorizationStore } from '../../shared/broker/authorization-request.ts';
import { createConnectLinks } from '../../shared/broker/connect-links.ts';
import { noteOutcome } from '../../shared/broker/note-outcome.ts';
import { createRetirement } from '../../shared/broker/retire-instance.ts';
import type { SignedInIdentity } from '../../shared/broker/token-provider.ts';
import type { BrokerParts } from '../../shared/wiring/broker-parts.ts';
import { clouds } from '../../shared/clouds.ts';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import type { Connection } from '../../shared/connections/connection.ts';
import { knownConnections } from '../../shared/connections/known-connections.ts';
import { AppError } from '../../shared/errors.ts';
import { createHttp } from '../../shared/http/create-http.ts';
import { createKeyStore } from '../../shared/http/keys.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { brokerWorld, HOLDER } from './broker.ts';
import { connection } from './connections.ts';
import { callHandler, type Answered, type SentRequest } from './http-call.ts';
import { tenantsOver } from './tenants.ts';

/** The integration's account. */
export const ERP: SignedInIdentity = {
  issuer: `https://login.microsoftonline.com/${HOLDER.tenantId}/v2.0`,
  subject: 'sub-of-erp',
  tenantId: HOLDER.tenantId,
  objectId: 'aaaaaaaa-0000-4000-8000-000000000001',
  displayName: 'ERP',
  userName: 'erp@contoso.example',
  nonce: null,
};

/** Routes around signing in, over a broker in memory whose provider is scripted. */
export async function connectWorld(changed: Partial<Connection> = {}) {
  const broker = await brokerWorld();
  const tables = memoryTables();
  const { clock } = broker;
  const connections = createConnectionStore(tables.open);
  const made = connection(changed);
  await connections.create(made);
  const deps: BrokerDeps = {
    ...broker.deps,
    outcomeOf: async (_holder, outcome) => noteOutcome({ connections, clock }, made, outcome),
  };
  const parts: BrokerParts = {
    ...deps,
    sealing: { ...deps.sealing, rotate: async () => undefined, rotateWhenOld: async () => false },
    cloud: clouds.public,
    egress: { fetch: () => Promise.reject(new Error('nobody is called')) } as never,
    connections,
    authorizations: createAuthorizationStore(tables.open),
    connectLinks: createConnectLinks({ openTable: tables.open, clock, randomBytes }),
    tokens: createTokenBroker(deps),
    retirement: createRetirement({ ...deps, openTable: tables.open }),
    discovery: { cloud: clouds.public, tenantIdOf: async () => null, discover: async () => null },
    known: knownConnections(connections, clock),
  };
  const linksUsed: UsedLink[] = [];
  const audit = { acts: new Array<Omit<AuditEntry, 'at' | 'kind'>>(), isDown: false };
  const keys = createKeyStore({ openTable: tables.open, clock, randomBytes });
  const services = {
    settings: {
      access: { keys: true, audience: null },
      publicUrl: 'https://keyturn.example',
      timeZone: 'Europe/Berlin',
    },
    clock,
    keys,
    tokens: { verify: async () => null },
    trail: {
      act: async (entry: Omit<AuditEntry, 'at' | 'kind'>) => {
        if (audit.isDown) throw new AppError('storage_unavailable', 'Storage does not answer.');
        audit.acts.push(entry);
      },
    },
    broker: async () => parts,
    announceLinkUsed: async (used: UsedLink) => void linksUsed.push(used),
    tenants: tenantsOver({ openTable: tables.open, clock: broker.clock }),
    lookByLink: () => Promise.reject(new Error('not a link of a mail')),
    actByLink: () => Promise.reject(new Error('not a link of a mail')),
  };
  const { http } = createHttp<typeof services>(async () => ({ ok: true, services }));
  const admin = { 'x-keyturn-key': (await keys.create({ role: 'admin', name: 'ops' })).key };
  const printed: string[] = [];
  const call = async (handler: Parameters<typeof callHandler>[0], sent: SentRequest) => {
    const answer = await callHandler(handler, sent);
    printed.push(...answer.logs);
    return answer;
  };
  const id = made.id;
  return {
    ...broker,
    parts,
    tables,
    connection: made,
    audit,
    /** What operations heard of links. */
    linksUsed,
    printed,
    makeLink: (body: unknown = {}, headers: Record<string, string> = admin) =>
      call(http(createConnectLink, 'createConnectLink'), {
        method: 'POST',
        path: `/api/connections/${id}/connect-links`,
        params: { id },
        headers,
        body,
      }),
    act: (body: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
      call(http(actByLink, 'actByLink'), { method: 'POST', path: '/api/act', headers, body }),
    callback: (sent: SentRequest): Promise<Answered> =>
      call(http(oauthCallback, 'oauthCallback'), { path: '/oauth/callback', ...sent }),
    callbackOf: (of: string, sent: SentRequest): Promise<Answered> =>
      call(http(oauthCallbackOf, 'oauthCallbackOf'), {
        path: `/oauth/callback/${of}`,
        params: { id: of },
        ...sent,
      }),
    signIn: (identity: SignedInIdentity) =>
      void broker.provider.script.push({
        ok: true,
        tokens: {
          accessToken: 'at-new',
          expiresInSeconds: 3600,
          refreshInSeconds: null,
          scope: 's',
          refreshToken: 'rt-new',
          identity,
        },
      }),
  };
}
