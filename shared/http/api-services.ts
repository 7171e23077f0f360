import type { UsedLink } from '../alerts/announce-to-operations.ts';
import type { Asked } from '../alerts/act-by-link.ts';
import type { Chosen } from '../alerts/act-of.ts';
import type { ChannelTested } from '../alerts/test-channel.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { BrokerParts } from '../wiring/broker-parts.ts';
import type { PlanTraceStore } from '../alerts/plan-trace.ts';
import type { AlertModeStore } from '../alerts/alert-mode.ts';
import type { AlertPreview } from '../alerts/preview-alerts.ts';
import type { FindingStore } from '../checks/finding-store.ts';
import type { RunStore } from '../checks/run-store.ts';
import type { Run } from '../checks/run.ts';
import type { Clock } from '../clock.ts';
import type { ManualItemStore } from '../credentials/manual-item-store.ts';
import type { ConnectionPlaces } from '../connections/connection-places.ts';
import type { ConsumerStore } from '../connections/consumer-store.ts';
import type { PlaybookStore } from '../connections/playbook-store.ts';
import type { Settings } from '../settings.ts';
import type { CallerLimit } from './caller-limit.ts';
import type { SetupReport } from '../setup/setup-report.ts';
import type { TenantAdmin } from '../tenants/tenant-admin.ts';
import type { TenantPolicy } from '../tenants/tenant-policy.ts';
import type { WatchedTenants } from '../tenants/watched-tenants.ts';
import type { CallerTokenVerifier } from './caller-tokens.ts';
import type { TokenVerifier } from './entra-tokens.ts';
import type { HealthReport } from './health.ts';
import type { KeyStore } from './keys.ts';

/** What the functions behind the routes use, each of them a part of it; the composition root has at least this. */
export interface ApiServices {
  settings: Pick<
    Settings,
    'access' | 'homeTenantId' | 'publicUrl' | 'tenantsClientId' | 'timeZone'
  >;
  clock: Clock;
  trail: AuditTrail;
  keys: KeyStore;
  /** Tells operations that the host's master key made another administrator's key, of this name. Never throws. */
  announceMasterKey: (name: string) => Promise<void>;
  /** Tells operations what a connect link led to. Never throws. */
  announceLinkUsed: (used: UsedLink) => Promise<void>;
  tokens: TokenVerifier;
  /** Knows callers of the token route by their Entra tokens. */
  callerTokens: CallerTokenVerifier;
  /** How often each caller may ask for each connection's tokens. */
  limit: CallerLimit;
  /** Throws `not_configured` while the installation has no vault. */
  broker: () => Promise<BrokerParts>;
  runs: Pick<RunStore, 'get' | 'recent'>;
  findings: Pick<FindingStore, 'all' | 'ofTenant'>;
  places: Pick<ConnectionPlaces, 'lookUp'>;
  items: ManualItemStore;
  consumers: Omit<ConsumerStore, 'confirm' | 'consumersOf' | 'recordLikely'>;
  lookByLink: (token: string) => Promise<Asked>;
  actByLink: (token: string, chosen: Chosen) => Promise<Asked>;
  playbooks: Omit<PlaybookStore, 'readable'>;
  plans: Pick<PlanTraceStore, 'ofRun'>;
  alertMode: Pick<AlertModeStore, 'state' | 'switchTo'>;
  /** Reads the tenant, which takes as long as a check. */
  previewAlerts: (input: { tenantId: string; days: number }) => Promise<AlertPreview>;
  tenants: TenantAdmin;
  /** The ids of the tenants that are checked. */
  watched: WatchedTenants;
  policyOf: (tenantId: string) => Promise<TenantPolicy>;
  /** Starts a check of all of them. */
  startNight: (reason: string) => Promise<Run[]>;
  testChannel: (channel: string) => Promise<ChannelTested>;
  health: () => Promise<HealthReport>;
  /** Asks the services, so it takes seconds. */
  setup: () => Promise<SetupReport>;
  /** In the Prometheus text format. */
  metrics: () => Promise<string>;
}
