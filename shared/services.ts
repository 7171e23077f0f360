import { randomBytes, randomUUID } from 'node:crypto';
import { actByLink, lookByLink } from './alerts/act-by-link.ts';
import { announceLinkUsed, announceMasterKey } from './alerts/announce-to-operations.ts';
import { deliverAlerts, type Delivery } from './alerts/deliver-alerts.ts';
import { testChannel, type ChannelTested } from './alerts/test-channel.ts';
import { previewAlerts } from './alerts/preview-alerts.ts';
import { watchTenant } from './alerts/watch-tenant.ts';
import { lookAfterGrants, resumeStopped } from './wiring/broker-life.ts';
import { auditTrail } from './audit/audit-trail.ts';
import { lazyBroker, type BrokerAdapters } from './wiring/broker-parts.ts';
import { startNight } from './checks/start-night.ts';
import { systemClock } from './clock.ts';
import { channelHealth, channelWarning } from './wiring/channel-health.ts';
import type { ApiServices } from './http/api-services.ts';
import { createEgress } from './egress.ts';
import { callerLimit } from './http/caller-limit.ts';
import { createKeyStore } from './http/keys.ts';
import { createTokenVerifiers } from './http/token-verifiers.ts';
import { createLog, type Log, type LogFields } from './log.ts';
import { monitorLife } from './wiring/monitor-life.ts';
import { sweepMonitor, type Swept } from './wiring/monitor-sweep.ts';
import { monitorParts, type Adapters, type MonitorParts } from './wiring/monitor-parts.ts';
import { oncePerQuestion } from './once-per-question.ts';
import { prune, type Pruned } from './retention.ts';
import { tenantAdminParts } from './wiring/tenant-admin-parts.ts';
import { setupParts } from './wiring/setup-parts.ts';
import { readSettings, type SettingFault, type Settings } from './settings.ts';

/** Everything that functions call. Built from settings and adapters; nothing in it starts before it is used. */
export interface Services extends ApiServices {
  log: Log;
  /** Checks the tenant of a run, writes down whom to tell, closes the run, and lets mails go when the night is over. */
  watchTenant: (runId: string) => Promise<{ status: string; planned: number }>;
  /** Sends what waits for one recipient (a partition of the ledger). */
  deliverAlerts: (partition: string) => Promise<Delivery>;
  /** Sends a test message through one channel now, and says what came of it. */
  testChannel: (channel: string) => Promise<ChannelTested>;
  /** Takes up what a crash or a lost queue message left behind. */
  sweep: () => Promise<Swept>;
  /** Keeps sign-ins alive. */
  keepAlive: () => Promise<LogFields>;
  /** Writes down that a timer did its work. */
  noteTimer: (timer: string) => Promise<void>;
  /** Removes what has been kept long enough. */
  prune: () => Promise<Pruned>;
}

export type LoadedServices =
  { ok: true; services: Services } | { ok: false; faults: SettingFault[] };

export interface ServicesInput {
  settings: Settings;
  adapters: Adapters;
  /** Null where there is no vault, and so no connections. */
  brokerAdapters?: (() => Promise<BrokerAdapters>) | null;
  log: Log;
}

/** Puts the capabilities together. Pure wiring: no call leaves before a capability is used. */
export function createServices(input: ServicesInput): Services {
  const { settings, adapters, brokerAdapters = null, log } = input;
  const { clock } = adapters;
  const { homeTenantId } = settings;
  const parts = monitorParts({ settings, adapters, log });
  const life = monitorLife({
    settings,
    adapters,
    parts,
    log,
    channels: () => channelHealth(settings, parts.channelStates),
  });
  const { runs, findings, alerts, act } = parts;
  const broker = lazyBroker({ settings, adapters: brokerAdapters, log });
  const tenants = tenantAdminParts({ settings, adapters, parts, broker, log });
  const held = brokerAdapters && broker;
  const resume = () => resumeStopped(held);
  return {
    settings,
    clock,
    log,
    trail: auditTrail({ audit: adapters.audit, clock, log }),
    broker,
    keepAlive: () => lookAfterGrants(held, parts),
    runs,
    findings,
    consumers: parts.consumers,
    places: parts.places,
    items: parts.items,
    playbooks: parts.playbooks,
    keys: createKeyStore({ openTable: adapters.openTable, clock, randomBytes }),
    announceMasterKey: (name) => announceMasterKey(parts, name),
    announceLinkUsed: (used) => announceLinkUsed(parts, used),
    ...tokenVerifiers({ settings, adapters }),
    limit: callerLimit({ perMinute: settings.tokensPerMinute, clock }),
    lookByLink: (token) => lookByLink(act, token),
    actByLink: (token, chosen) => actByLink(act, token, chosen),
    alertMode: parts.alertMode,
    plans: parts.plans,
    tenants,
    ...tenantUses(input, parts),
    health: life.health,
    metrics: life.metrics,
    ...setupParts({ settings, adapters, log, health: life.health, alertMode: parts.alertMode }),
    deliverAlerts: (partition) => deliverAlerts({ ...alerts, newId: randomUUID }, partition),
    testChannel: (channel) => testOf(settings, parts, channel),
    sweep: () => sweepMonitor({ parts, life, tenants, homeTenantId, resume }),
  };
}

type TenantUses = Pick<
  Services,
  'watched' | 'policyOf' | 'startNight' | 'watchTenant' | 'previewAlerts' | 'prune'
>;

/** What is done to tenants: to all that are watched, or to one by what holds for it. */
function tenantUses(input: ServicesInput, parts: MonitorParts): TenantUses {
  const { watched, policyOf, night } = parts;
  const { schedule } = input.settings.checks;
  return {
    watched,
    policyOf,
    startNight: async (reason) => startNight(night, { tenantIds: await watched(), reason }),
    watchTenant: (runId) => watchTenant(parts, runId),
    previewAlerts: oncePerQuestion(async (asked) => {
      const { lists, thresholds } = await policyOf(asked.tenantId);
      return previewAlerts({ ...parts, lists, thresholds, schedule }, asked);
    }),
    prune: async () => pruneAll(input, await watched()),
  };
}

function testOf(settings: Settings, parts: MonitorParts, channel: string): Promise<ChannelTested> {
  const warningOf = (one: string) => channelWarning(settings, one);
  const states = parts.channelStates;
  return testChannel({ ...parts.alerts, states, warningOf, newId: randomUUID }, channel);
}

/** Security rule 30. */
const AUDIT_DAYS = 365;

async function pruneAll(
  { adapters, log }: ServicesInput,
  tenantIds: readonly string[],
): Promise<Pruned> {
  const { openTable, clock, audit } = adapters;
  const pruned = await prune({ openTable, tenantIds, clock, log });
  return { ...pruned, audit: await audit.removeBefore(yearBefore(clock.now())) };
}

function yearBefore(now: Date): Date {
  return new Date(now.getTime() - AUDIT_DAYS * 86_400_000);
}

let loaded: Promise<LoadedServices> | null = null;

/** The services of this process, from its environment, built by the first call. Bad settings are an answer, not a throw. */
export function loadServices(): Promise<LoadedServices> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LoadedServices> {
  const read = readSettings();
  if (!read.ok) return read;
  const { settings } = read;
  // The SDKs are the slow part of a cold start, so they come with the first call that needs them.
  const { azureAdapters } = await import('./azure.ts');
  const log = createLog((line, level) => console[level](line));
  const adapters = azureAdapters(settings, { clock: systemClock, random: Math.random });
  const { broker } = settings;
  const brokerAdapters =
    broker === null
      ? null
      : async () =>
          (await import('./azure/azure-broker.ts')).azureBrokerAdapters(settings, broker, adapters);
  return { ok: true, services: createServices({ settings, adapters, brokerAdapters, log }) };
}

function tokenVerifiers({
  settings: { cloud, homeTenantId, access, allowedHosts },
  adapters: { clock },
}: Pick<ServicesInput, 'settings' | 'adapters'>) {
  const egress = createEgress({ allowedHosts });
  const { loginUrl } = cloud;
  const { audience } = access;
  return createTokenVerifiers({ loginUrl, homeTenantId, audience, egress, clock });
}
