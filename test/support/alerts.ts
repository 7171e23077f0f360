import { randomBytes } from 'node:crypto';
import { createActLinks, type ActLinks } from '../../shared/alerts/act-links.ts';
import { createActStore, type ActStore } from '../../shared/alerts/act-store.ts';
import type { AlertItem } from '../../shared/alerts/alert-item.ts';
import { createChannelStates } from '../../shared/alerts/channel-states.ts';
import type { DeliveryMessage } from '../../shared/alerts/delivery-message.ts';
import { deliverAlerts, type Delivery } from '../../shared/alerts/deliver-alerts.ts';
import { createAlertSubjects } from '../../shared/alerts/alert-subjects.ts';
import { createLedger } from '../../shared/alerts/ledger.ts';
import { nightOver } from '../../shared/alerts/night-over.ts';
import type { AlertMessage, Notifier, SendOutcome } from '../../shared/alerts/notifier.ts';
import { planTraceStore } from '../../shared/alerts/plan-trace.ts';
import { planAlerts } from '../../shared/alerts/plan-alerts.ts';
import { planDone } from '../../shared/alerts/plan-done.ts';
import { canary } from '../../shared/alerts/plan-canary.ts';
import type { RecipientLists } from '../../shared/alerts/recipients.ts';
import type { AlertMode } from '../../shared/alerts/scopes.ts';
import { sweepAlerts } from '../../shared/alerts/sweep-alerts.ts';
import { findingStore, type FindingStore } from '../../shared/checks/finding-store.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { ticketStore } from '../../shared/alerts/tickets.ts';
import type { Run } from '../../shared/checks/run.ts';
import { playbooksOf } from '../../shared/connections/playbooks-of.ts';
import type { Owner } from '../../shared/credentials/directory-object.ts';
import type { Log } from '../../shared/log.ts';
import { memoryQueue, type MemoryQueue } from '../../shared/storage/memory-queue.ts';
import { memoryTables, type MemoryTables } from '../../shared/storage/memory-table.ts';
import type { Queue } from '../../shared/storage/queue.ts';
import type { OpenTable } from '../../shared/storage/table.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';

export const TENANT = '11111111-1111-4111-8111-111111111111';

export const LISTS: RecipientLists = {
  fallback: ['fallback@contoso.example'],
  escalation: ['escalation@contoso.example'],
  operations: ['operations@contoso.example'],
};

/** A person who owns something. */
export function owner(address: string | null, overrides: Partial<Owner> = {}): Owner {
  const displayName = address === null ? null : (address.split('@')[0] ?? null);
  return {
    id: address,
    type: 'user',
    displayName,
    address,
    accountEnabled: true,
    ...overrides,
  };
}

/** A client secret of an application that ends in 12 days, owned by anna. */
export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    tenantId: TENANT,
    id: 'application:aa:clientSecret:k1',
    type: 'clientSecret',
    keyId: 'aaaaaaaa-0000-4000-8000-000000000001',
    name: 'BC Prod',
    hint: 'Ab3',
    thumbprint: null,
    startsAt: '2026-01-31T13:32:00.000Z',
    expiresAt: '2027-01-31T13:32:00.000Z',
    holder: {
      type: 'application',
      objectId: '22222222-2222-4222-8222-222222222222',
      appId: '33333333-3333-4333-8333-333333333333',
      displayName: 'SmartConnect BC Prod',
    },
    status: 'expiring',
    daysLeft: 12,
    stage: 14,
    supersededBy: null,
    supersession: 'none',
    replacement: null,
    proof: null,
    effectiveEndsAt: null,
    selfRenewing: null,
    isActive: null,
    renewalFailed: false,
    policy: null,
    likelyConsumers: [],
    consumers: [],
    otherKeyIds: [],
    owners: [owner('anna@contoso.example')],
    keptIn: null,
    steps: [],
    related: [],
    firstSeenAt: '2026-11-01T02:00:00.000Z',
    lastSeenAt: '2027-01-19T02:00:00.000Z',
    closedAt: null,
    ...overrides,
  };
}

/** A run that read everything. */
export function run(overrides: Partial<Run> = {}): Run {
  return {
    runId: 'run-1',
    nightId: 'night-1',
    tenantId: TENANT,
    tenantName: 'Contoso',
    status: 'complete',
    suspicious: false,
    reasons: [],
    counts: null,
    coverage: {},
    startedAt: '2027-01-19T02:00:00.000Z',
    endedAt: '2027-01-19T02:01:00.000Z',
    ...overrides,
  };
}

/** What a message says about the default finding to its owner. */
export function alertItem(overrides: Partial<AlertItem> = {}): AlertItem {
  const { tenantId, id, type, name, hint, expiresAt, holder } = finding();
  return {
    kind: 'ends',
    tenantId,
    tenantName: 'Contoso',
    findingId: id,
    type,
    name,
    hint,
    keyId: null,
    keptIn: null,
    steps: [],
    expiresAt,
    stage: 14,
    supersession: 'none',
    replacement: null,
    proof: null,
    promisedFor: null,
    selfRenewing: null,
    holder,
    consumers: [],
    recordedConsumers: [],
    owners: ['anna'],
    told: [{ address: 'anna@contoso.example', reason: 'ownsApplication' }],
    reason: 'ownsApplication',
    episode: 0,
    acts: [],
    ...overrides,
  } as AlertItem;
}

interface Outbox extends Notifier {
  /** Every message that was accepted. */
  readonly accepted: AlertMessage[];
  /** Every message that was handed over, accepted or not. */
  readonly tried: AlertMessage[];
  /** What the next messages get for an answer; accepted when there is none. */
  answers: SendOutcome[];
}

/** A channel that keeps what it gets. */
function recordingNotifier(channel = 'mail', isOneByOne = false): Outbox {
  const accepted: AlertMessage[] = [];
  const tried: AlertMessage[] = [];
  const outbox: Outbox = {
    channel,
    isOneByOne,
    accepted,
    tried,
    answers: [],
    send: async (message) => {
      tried.push(message);
      const outcome = outbox.answers.shift() ?? { status: 'accepted' };
      if (outcome.status === 'accepted') accepted.push(message);
      return outcome;
    },
  };
  return outbox;
}

interface RecordingLog extends Log {
  readonly lines: { level: string; message: string; fields: unknown }[];
}

function recordingLog(): RecordingLog {
  const lines: RecordingLog['lines'] = [];
  const at = (level: string) => (message: string, fields?: unknown) =>
    void lines.push({ level, message, fields });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

export interface AlertWorldOptions {
  clock?: FakeClock;
  lists?: RecipientLists;
  /** What stands between the code and the stores, such as a crash. */
  tables?: (open: OpenTable) => OpenTable;
  queue?: (queue: Queue<DeliveryMessage>) => Queue<DeliveryMessage>;
  notifier?: (notifier: Notifier) => Notifier;
  /** Where a tenant has lists of its own. */
  listsOfTenant?: Record<string, Partial<RecipientLists>>;
}

export interface AlertWorld {
  clock: FakeClock;
  mail: Outbox;
  teams: Outbox;
  webhook: Outbox;
  /** What runs keep; a run of a test that closes something records it here. */
  findings: FindingStore;
  log: RecordingLog;
  /** What people said over links. */
  acts: ActStore;
  actLinks: ActLinks;
  memory: MemoryTables;
  /** What a look-here message waits in. */
  waiting: MemoryQueue<DeliveryMessage>;
  /** Known runs, as the run store would list them. */
  runs: Run[];
  setMode(mode: AlertMode): void;
  setChannels(channels: string[]): void;
  plan(run: Run, findings: Finding[]): Promise<{ planned: number }>;
  /** Tells those who were warned about what is over; part of night. */
  done(run: Run, findings: Finding[]): Promise<{ planned: number }>;
  /** What follows planning: the run is closed. */
  finish(run: Run): void;
  isFinished(run: Run): boolean;
  over(nightId: string): ReturnType<typeof nightOver>;
  deliver(partition: string): Promise<Delivery>;
  sweep(): ReturnType<typeof sweepAlerts>;
  /** The monthly test message. */
  canary(): Promise<number>;
  /** Plans one run, ends its night and delivers everything. */
  night(run: Run, findings: Finding[]): Promise<void>;
  /** Delivers what the queue holds until it is empty. */
  drain(): Promise<Delivery[]>;
}

/** The alerts of one installation over stores in memory. */
export function alertWorld(options: AlertWorldOptions = {}): AlertWorld {
  const clock = options.clock ?? fakeClock('2027-01-19T02:00:00.000Z');
  const memory = memoryTables();
  const open = (options.tables ?? ((same) => same))(memory.open);
  const waiting = memoryQueue<DeliveryMessage>(clock);
  const deliveries = (options.queue ?? ((same) => same))(waiting);
  const mail = recordingNotifier();
  const teams = recordingNotifier('teams');
  const webhook = recordingNotifier('webhook', true);
  const notifiers = [mail, teams, webhook].map(options.notifier ?? ((same) => same));
  const findings = findingStore(open);
  const log = recordingLog();
  const runs: Run[] = [];
  const lists = options.lists ?? LISTS;
  let mode: AlertMode = 'live';
  let channels = ['mail'];
  let ids = 0;

  const ledger = createLedger(open);
  const finished = new Set<string>();
  const nightIsOver = async (nightId: string) =>
    runs.every((one) => one.nightId !== nightId || finished.has(one.runId));
  const tickets = ticketStore(open);
  const channelStates = createChannelStates({ openTable: open, clock, log });
  const acts = createActStore(open);
  const actLinks = createActLinks({ openTable: open, clock, randomBytes });
  const subjects = createAlertSubjects(open);
  const plans = planTraceStore(open, clock);
  const stores = { ledger, tickets, findings, subjects, acts, actLinks, plans };
  const words = { timeZone: 'Europe/Berlin', publicUrl: 'https://keyturn.example' };
  const base = () => ({
    ...stores,
    ...words,
    nightIsOver,
    beforeLeaving: async () => undefined,
    deliveries,
    mode: async () => mode,
    channels,
    clock,
    log,
    lists,
  });

  const world: AlertWorld = {
    clock,
    mail,
    teams,
    webhook,
    findings,
    log,
    acts,
    actLinks,
    memory,
    waiting,
    runs,
    setChannels: (next) => {
      channels = next;
    },
    setMode: (next) => {
      mode = next;
    },
    plan: (one, findings) => planAlerts(base(), one, findings),
    done: (one, findings) => planDone(base(), one, findings),
    finish: ({ runId }) => void finished.add(runId),
    isFinished: ({ runId }) => finished.has(runId),
    over: (nightId) => nightOver(base(), nightId),
    deliver: (partition) =>
      deliverAlerts(
        {
          ...base(),
          notifiers: notifiers.filter(({ channel }) => channels.includes(channel)),
          operations: lists.operations,
          playbooksFor: async (systems) => playbooksOf(systems, []),
          listsOf: async (tenantId) => ({ ...lists, ...options.listsOfTenant?.[tenantId] }),
          channelStates,
          newId: () => `claim-${(ids += 1)}`,
        },
        partition,
      ),
    sweep: () => sweepAlerts(base()),
    canary: () => canary({ ...base(), openTable: open, operations: lists.operations })(),
    night: async (one, findings) => {
      runs.push(one);
      await world.plan(one, findings);
      await world.done(one, findings);
      world.finish(one);
      await world.over(one.nightId);
      await world.drain();
    },
    drain: async () => {
      const deliveries: Delivery[] = [];
      for (let next = waiting.take(); next !== null; next = waiting.take()) {
        deliveries.push(await world.deliver(next.partition));
      }
      return deliveries;
    },
  };
  return world;
}

/** "who: which finding at which stage", for each warning in these messages. */
export function told(messages: readonly AlertMessage[]): string[] {
  return messages.flatMap(({ address, items }) =>
    items.map(({ kind, findingId, stage }) =>
      kind === 'done' || kind === 'recheck'
        ? `${address}: ${kind} ${findingId}`
        : `${address}: ${findingId} at ${stage}`,
    ),
  );
}

/** What a finding says whose secret has a replacement that is in use. */
export function replacedBy(keyId: string) {
  const [startsAt, expiresAt] = ['2027-01-10T00:00:00.000Z', '2029-01-10T00:00:00.000Z'];
  return {
    supersession: 'replacementInUse' as const,
    replacement: { keyId, name: 'BC Prod 2027', hint: 'Xy9', startsAt, expiresAt },
  };
}
