import type { DeliveryMessage } from '../../shared/alerts/delivery-message.ts';
import type { LedgerRow } from '../../shared/alerts/ledger-row.ts';
import type { AlertMessage, Notifier } from '../../shared/alerts/notifier.ts';
import type { CheckMessage } from '../../shared/checks/start-night.ts';
import { memoryAuditLog } from '../../shared/audit/memory-audit-log.ts';
import { AppError } from '../../shared/errors.ts';
import { createLog } from '../../shared/log.ts';
import type { Directory } from '../../shared/wiring/monitor-parts.ts';
import { createServices, type Services } from '../../shared/services.ts';
import { readSettings, type Settings } from '../../shared/settings.ts';
import { memoryQueue } from '../../shared/storage/memory-queue.ts';
import { memoryTables, type MemoryTables } from '../../shared/storage/memory-table.ts';
import { told } from './alerts.ts';
import { Crash, crashing, type Crashing } from './crashing.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { interleaved } from './interleaved.ts';
import { seeded } from './random.ts';
import type { Trouble } from './troubled.ts';
import { probesThat } from './setup-probes.ts';

export interface InstallationOptions {
  now: string;
  directories: ReadonlyMap<string, Directory>;
  /** Also the order in which calls of tasks that run at once meet; none unless given. */
  seed?: number;
  /** Host processes; 1 unless given. */
  processes?: number;
  /** Queue messages that one process works on at once; 1 unless given. */
  atOnce?: number;
  /** Whether the platform starts the nightly function again that died, even when it had written its night down. */
  timerComesBack?: boolean;
  /** Settings beside the usual ones. */
  env?: Record<string, string>;
  /** The channels that are set up; mail unless given. */
  channels?: string[];
  /** What happens to the services in between; accepted unless given. */
  answer?: (message: AlertMessage) => Awaited<ReturnType<Notifier['send']>>;
  /** Whether a message arrived whose sender was told otherwise; only what was accepted unless given. */
  arrivesAnyway?: () => boolean;
  /** What the storage service does in between; it is well unless given. */
  trouble?: Trouble;
}

/** The whole product over stores that outlive its processes, and processes that die when told to. */
export interface CrashingInstallation {
  clock: FakeClock;
  tables: MemoryTables;
  /** Of the first process, as long as that lives. */
  services(): Services;
  /** Every message that a service accepted. */
  accepted: AlertMessage[];
  /** Warnings that were out and not marked as sent when a process died: these alone may come twice. */
  mayRepeat: Set<string>;
  /** Warnings that went out although the ledger said that they had, or while their claim was alive. */
  wronglyRepeated: string[];
  /** How often a process died. */
  crashes: number;
  /** Writes that took effect. */
  writes(): number;
  /** The first process dies at its nth write from now on. */
  arm(nthWrite: number, when: 'before' | 'after'): void;
  /** Called when a dead process has been replaced. */
  onRestart: () => void;
  /** The queue service loses everything that waits. */
  loseMessages(): void;
  /** Starts a night and works until nothing is left to do: messages come back, clocks go on, sweeps look. */
  night(): Promise<void>;
  /** The same without a night of its own. */
  rest(): Promise<void>;
}

type Job =
  | { kind: 'timer' }
  | { kind: 'check'; message: CheckMessage; tries: number }
  | { kind: 'delivery'; message: DeliveryMessage; tries: number }
  | { kind: 'sweep' };

interface Process {
  machine: Crashing;
  services: Services;
}

const NO_TROUBLE: Trouble = {
  tables: (open) => open,
  queue: (queue) => queue,
  faults: 0,
  end: () => undefined,
};
/** What a sender has to itself (deliver-alerts.ts). */
const CLAIM_MS = 60_000;
/** host.json: after as many tries a message goes to the poison queue, where nobody looks. */
const MAX_DEQUEUE_COUNT = 5;
const SWEEP_EVERY_MS = 6 * 60_000;
/** So many sweeps without work are longer than any wait of the product's own. */
const QUIET_SWEEPS = 4;
const MAX_STEPS = 2_000;

export function crashingInstallation(options: InstallationOptions): CrashingInstallation {
  const { processes: processCount = 1, atOnce = 1 } = options;
  const clock = fakeClock(options.now);
  const random = seeded(options.seed ?? 1);
  const tables = memoryTables();
  const trouble = options.trouble ?? NO_TROUBLE;
  const calm = options.seed === undefined ? tables.open : interleaved(tables.open, random);
  const open = trouble.tables(calm);
  const checks = trouble.queue(memoryQueue<CheckMessage>(clock));
  const deliveries = trouble.queue(memoryQueue<DeliveryMessage>(clock));
  const accepted: AlertMessage[] = [];
  const firstOut = new Map<string, number>();
  const settings = settingsFor([...options.directories.keys()], options.env);
  const notifiers = (options.channels ?? ['mail']).map((channel): Notifier => ({
    channel,
    isOneByOne: channel === 'webhook',
    send: async (message) => {
      const outcome = options.answer?.(message) ?? { status: 'accepted' };
      const arrives = outcome.status === 'accepted' || options.arrivesAnyway?.() === true;
      if (arrives) {
        installation.wronglyRepeated.push(...repeatsWithoutReason(message));
        accepted.push(message);
      }
      return outcome;
    },
  }));

  /** A warning may go out again only while the ledger does not call it sent, and after its claim's life. */
  const repeatsWithoutReason = (message: AlertMessage): string[] => {
    const nowMs = clock.now().getTime();
    const unsent = new Set(unmarked([message], tables));
    // A notice about a warning that did not reach somebody is another message than the warning.
    const items = message.items.filter(({ kind }) => kind === 'ends' || kind === 'event');
    return told([{ ...message, items }]).filter((warning) => {
      const outMs = firstOut.get(warning);
      firstOut.set(warning, outMs ?? nowMs);
      return outMs !== undefined && (nowMs - outMs < CLAIM_MS || !unsent.has(warning));
    });
  };

  const startProcess = (): Process => {
    const machine = crashing();
    const services = createServices({
      settings,
      log: createLog(() => undefined),
      adapters: {
        openTable: machine.tables(open),
        checks: machine.queue(checks),
        deliveries: machine.queue(deliveries),
        clock,
        random,
        audit: memoryAuditLog(clock),
        directoryOf: (tenantId) => known(options.directories, tenantId),
        notifiers: notifiers.map((notifier) => machine.notifier(notifier)),
        probes: async () => probesThat(),
      },
    });
    return { machine, services };
  };
  const processes = Array.from({ length: processCount }, startProcess);
  let comeBack: Job[] = [];
  let writesOfTheDead = 0;
  let turn = 0;

  const nextJob = (): Job | null => {
    const returned = comeBack.shift();
    if (returned !== undefined) return returned;
    const check = checks.take();
    if (check !== null) return { kind: 'check', message: check, tries: 0 };
    const delivery = deliveries.take();
    return delivery === null ? null : { kind: 'delivery', message: delivery, tries: 0 };
  };
  /** True when the job is done; false when its process died over it. */
  const attempt = async (job: Job, { machine, services }: Process): Promise<boolean> => {
    try {
      didWork = (await run(services, job)) || didWork;
    } catch (error) {
      if (error instanceof AppError && error.code === 'storage_unavailable') return false;
      if (!(error instanceof Crash)) throw error;
    }
    return !machine.isDead;
  };
  let didWork = false;

  /** True when nothing of it failed. */
  const work = async (jobs: Job[]): Promise<boolean> => {
    const done = await Promise.all(
      jobs.map((job) => attempt(job, processes[(turn += 1) % processes.length] ?? startProcess())),
    );
    comeBack.push(...jobs.flatMap((job, index) => (done[index] ? [] : (again(job) ?? []))));
    // host.json's visibilityTimeout: a message that failed comes back after half a minute.
    if (done.includes(false)) clock.advance(30_000);
    processes.forEach((process, index) => {
      if (!process.machine.isDead) return;
      writesOfTheDead += process.machine.writes;
      processes[index] = startProcess();
      installation.crashes += 1;
      for (const warning of unmarked(accepted, tables)) installation.mayRepeat.add(warning);
      installation.onRestart();
    });
    return !done.includes(false);
  };
  const nightsKnown = (): number => (tables.dump()['nights'] ?? []).length;
  let nightsBefore = 0;
  const again = (job: Job): Job | null => {
    if (job.kind === 'sweep') return null;
    if (job.kind !== 'timer') {
      return job.tries + 1 < MAX_DEQUEUE_COUNT ? { ...job, tries: job.tries + 1 } : null;
    }
    // Nothing could know of a night that was never written down but the timer itself.
    const isKnown = nightsKnown() > nightsBefore;
    return options.timerComesBack === true || !isKnown ? job : null;
  };

  const installation: CrashingInstallation = {
    clock,
    tables,
    services: () => {
      const [first] = processes;
      if (first === undefined) throw new Error('there is no process');
      return first.services;
    },
    accepted,
    mayRepeat: new Set(),
    wronglyRepeated: [],
    crashes: 0,
    writes: () => writesOfTheDead + processes.reduce((sum, { machine }) => sum + machine.writes, 0),
    arm: (nthWrite, when) => processes[0]?.machine.arm(nthWrite, when),
    onRestart: () => undefined,
    loseMessages: () => {
      comeBack = comeBack.filter(({ kind }) => kind === 'timer');
      while (checks.take() !== null || deliveries.take() !== null);
    },
    night: async () => {
      nightsBefore = nightsKnown();
      comeBack.push({ kind: 'timer' });
      await installation.rest();
    },
    rest: async () => {
      let quiet = 0;
      for (let step = 0; quiet < QUIET_SWEEPS; step += 1) {
        if (step === MAX_STEPS) throw new Error('it never came to rest');
        const jobs = Array.from({ length: atOnce * processes.length }, nextJob);
        const waiting = jobs.filter((job) => job !== null);
        if (waiting.length > 0) {
          await work(waiting);
          quiet = 0;
          continue;
        }
        clock.advance(SWEEP_EVERY_MS);
        didWork = false;
        const isDone = await work([{ kind: 'sweep' }]);
        const isQuiet = !didWork && isDone && (tables.dump()['pendingRuns'] ?? []).length === 0;
        quiet = isQuiet ? quiet + 1 : 0;
      }
    },
  };
  return installation;
}

/** Runs what the function of this job runs; true when it may have found something to do. */
async function run(services: Services, job: Job): Promise<boolean> {
  if (job.kind === 'sweep') return Object.values(await services.sweep()).some((count) => count > 0);
  if (job.kind === 'check') await services.watchTenant(job.message.runId);
  if (job.kind === 'delivery') await services.deliverAlerts(job.message.partition);
  if (job.kind === 'timer') {
    await services.startNight('schedule');
  }
  return true;
}

function settingsFor(tenantIds: string[], env: Record<string, string> = {}): Settings {
  const read = readSettings({
    KEYTURN_PUBLIC_URL: 'https://keyturn.contoso.example',
    KEYTURN_HOME_TENANT: tenantIds[0],
    KEYTURN_TENANTS: tenantIds.join(),
    KEYTURN_STORAGE: 'UseDevelopmentStorage=true',
    KEYTURN_KEYS: 'on',
    KEYTURN_ALERTS: 'live',
    KEYTURN_MAIL_FROM: 'keyturn@contoso.example',
    KEYTURN_MAIL_TRANSPORT: 'graph',
    KEYTURN_FALLBACK_RECIPIENTS: 'fallback@contoso.example',
    KEYTURN_ESCALATION_RECIPIENTS: 'escalation@contoso.example',
    KEYTURN_OPERATIONS_RECIPIENTS: 'operations@contoso.example',
    ...env,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.settings;
}

function known(directories: ReadonlyMap<string, Directory>, tenantId: string): Directory {
  const directory = directories.get(tenantId);
  if (directory === undefined) throw new Error(`no directory of ${tenantId}`);
  return directory;
}

/** What the services have accepted and the ledger does not call sent. */
function unmarked(accepted: readonly AlertMessage[], tables: MemoryTables): string[] {
  const sent = new Set(
    (tables.dump()['alertledger'] ?? []).flatMap(({ value }) => {
      const { state, address, findingId, stage } = value as LedgerRow;
      return state === 'sent' ? [`${address}: ${findingId} at ${stage}`] : [];
    }),
  );
  return told(accepted).filter((warning) => !sent.has(warning));
}
