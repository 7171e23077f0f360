import type { ActDeps } from '../alerts/act-by-link.ts';
import { createAlertSubjects } from '../alerts/alert-subjects.ts';
import { createChannelStates, type ChannelStates } from '../alerts/channel-states.ts';
import type { DeliverDeps } from '../alerts/deliver-alerts.ts';
import type { DeliveryMessage } from '../alerts/delivery-message.ts';
import { canary } from '../alerts/plan-canary.ts';
import { alertModeStore, type AlertModeStore } from '../alerts/alert-mode.ts';
import { planTraceStore, type PlanTraceStore } from '../alerts/plan-trace.ts';
import { createLedger } from '../alerts/ledger.ts';
import type { NightReportsDeps } from '../alerts/night-reports.ts';
import type { Notifier } from '../alerts/notifier.ts';
import { troubleStore } from '../alerts/trouble.ts';
import type { SweepDeps } from '../alerts/sweep-alerts.ts';
import { ticketStore } from '../alerts/tickets.ts';
import type { WatchDeps } from '../alerts/watch-tenant.ts';
import { actParts } from './act-parts.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { findingStore } from '../checks/finding-store.ts';
import { runStore } from '../checks/run-store.ts';
import type { CheckMessage, StartNightDeps } from '../checks/start-night.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionEnding } from '../connections/connection-endings.ts';
import { connectionPlaces, type ConnectionPlaces } from '../connections/connection-places.ts';
import { createConsumerStore, type ConsumerStore } from '../connections/consumer-store.ts';
import { createPlaybookStore, type PlaybookStore } from '../connections/playbook-store.ts';
import { playbooksOf } from '../connections/playbooks-of.ts';
import type { AccountLookup } from '../credentials/account.ts';
import type { CredentialSource } from '../credentials/credential-source.ts';
import { operatorsMark } from '../credentials/self-renewing.ts';
import type { ManualItemStore } from '../credentials/manual-item-store.ts';
import type { KeptCertificates } from '../credentials/kept-certificate.ts';
import type { OwnerLookup } from '../credentials/owner-lookup.ts';
import type { SignInActivity } from '../credentials/sign-in-activity.ts';
import type { Log } from '../log.ts';
import { nightReportParts } from './night-report-parts.ts';
import type { Settings } from '../settings.ts';
import type { SetupProbes } from '../setup/setup-report.ts';
import type { Queue } from '../storage/queue.ts';
import type { OpenTable } from '../storage/table.ts';
import { tenantParts, tenantReaders, type TenantParts } from './tenant-parts.ts';
import type { TenantDirectories } from '../tenants/tenant-probe.ts';
import type { TenantStore } from '../tenants/tenant-store.ts';

/** What differs between Azure, tests and whatever else Keyturn runs on. */
export interface Adapters {
  openTable: OpenTable;
  checks: Queue<CheckMessage>;
  deliveries: Queue<DeliveryMessage>;
  clock: Clock;
  /** Between 0 and 1. */
  random: () => number;
  audit: AuditLog;
  /** The home tenant's; any tenant's where `openTenants` is absent. */
  directoryOf: (tenantId: string) => Directory;
  /** The other tenants, by what was entered about them. */
  openTenants?: (store: TenantStore) => TenantDirectories<Directory>;
  /** The key vaults that the settings name, read with the home tenant; none unless given. */
  vaults?: CredentialSource | null;
  /** The certificates in them. */
  keptCertificates?: KeptCertificates | null;
  /** The ways to people that are set up. */
  notifiers: readonly Notifier[];
  /** What the services say of Keyturn's own permissions. */
  probes: () => Promise<SetupProbes>;
}

/** What is read about one tenant. */
export interface Directory {
  source: CredentialSource;
  owners: OwnerLookup;
  /** The organization's name, for people; null where it may not be read. Never throws. */
  name: () => Promise<string | null>;
  /** Its verified domains; null where they may not be read. Never throws. Absent where nobody can say. */
  verifiedDomains?: () => Promise<readonly string[] | null>;
  /** One account of the tenant; absent where nobody can say. */
  account?: AccountLookup;
  /** Absent where sign-in activity is not to be read. */
  signIns?: SignInActivity | undefined;
}

/** The monitor's parts, which its use cases share. */
export interface MonitorParts extends Omit<WatchDeps, 'policyOf'>, TenantParts {
  night: StartNightDeps;
  alertMode: AlertModeStore;
  plans: PlanTraceStore;
  consumers: ConsumerStore;
  places: ConnectionPlaces;
  items: ManualItemStore;
  /** Keyturn's own connections that somebody has to look after. */
  connectionEndings: () => Promise<ConnectionEnding[]>;
  playbooks: PlaybookStore;
  alerts: Omit<DeliverDeps, 'newId'> & SweepDeps;
  act: ActDeps;
  nightReports: NightReportsDeps;
  channelStates: ChannelStates;
  /** Plans the monthly test messages; gives back how many. */
  canary: () => Promise<number>;
}

interface MonitorInput {
  settings: Settings;
  adapters: Adapters;
  log: Log;
}

/** Wires the monitor: stores over the tables, use cases over the stores. */
export function monitorParts(input: MonitorInput): MonitorParts {
  const { settings, adapters, log } = input;
  const { openTable, checks, deliveries, clock, random, notifiers } = adapters;
  const { mode: setting, operations } = settings.alerts;
  const runs = runStore(openTable);
  const ledger = createLedger(openTable);
  const uses = consumerParts(openTable);
  const nightIsOver = (nightId: string) => runs.nightIsOver(nightId);
  const channels = notifiers.map(({ channel }) => channel);
  const alertMode = alertModeStore({ openTable, clock, setting, channels, operations });
  const mode = alertMode.current;
  const findings = findingStore(openTable);
  const sending = { ...sendingParts(input, alertMode), playbooksFor: uses.playbooksFor };
  const subjects = createAlertSubjects(openTable);
  const stores = { findings, consumers: uses.consumers, ledger, subjects };
  const tenants = tenantParts(settings, adapters);
  const readers = tenantReaders(settings, adapters, tenants);
  const known = { ledger, subjects, nightIsOver, channels };
  const { listsOf } = tenants;
  const act = actParts({ settings, adapters, stores, ...readers, listsOf });
  const { actLinks } = act;
  const kept = { runs, findings, ledger, act, tenantIds: tenants.watched };
  const reporting = nightReportParts({ settings, adapters, log, ...kept });
  const monthly = { openTable, ledger, operations, deliveries, mode, channels, clock };
  return {
    runs,
    alertMode,
    findings,
    acts: act.acts,
    timeZone: settings.timeZone,
    clock,
    log,
    ...known,
    ...alertStores(openTable, clock),
    deliveries,
    mode,
    operations,
    mark: operatorsMark(settings.checks.selfRenewingNames),
    ...tenants,
    ...readers,
    ...uses,
    night: { runs, queue: checks, clock, random },
    alerts: { ...sending, ...reporting, ...known, listsOf, actLinks },
    act,
    ...reporting,
    channelStates: sending.channelStates,
    canary: canary(monthly),
  };
}

/** What alerts remember beside the ledger. */
function alertStores(openTable: OpenTable, clock: Adapters['clock']) {
  return {
    plans: planTraceStore(openTable, clock),
    tickets: ticketStore(openTable),
    troubles: troubleStore(openTable),
  };
}

/** What delivers messages, beside the ledger. */
function sendingParts({ settings, adapters, log }: MonitorInput, alertMode: AlertModeStore) {
  const { openTable, deliveries, notifiers, clock } = adapters;
  const { operations } = settings.alerts;
  const { publicUrl } = settings;
  const channelStates = createChannelStates({ openTable, clock, log });
  return {
    deliveries,
    notifiers,
    channelStates,
    mode: alertMode.current,
    operations,
    publicUrl,
    clock,
    log,
  };
}

/** Who uses what, and what to do there: the part of connections/ that the monitor is given as data. */
function consumerParts(openTable: OpenTable) {
  const consumers = createConsumerStore(openTable);
  const playbooks = createPlaybookStore(openTable);
  const places = connectionPlaces(openTable);
  return {
    consumers,
    places,
    consumersOf: async (tenantId: string) => {
      const recorded = await consumers.consumersOf(tenantId);
      const own = await places.consumersOf(tenantId);
      return (appId: string) => [...recorded(appId), ...own(appId)];
    },
    playbooks,
    playbooksFor: async (systems: readonly string[]) =>
      playbooksOf(systems, await playbooks.readable()),
  };
}
