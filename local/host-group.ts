import { createServer, type Server } from 'node:net';
import type { Activity } from './host/messages.ts';
import { startHostProcess, type HostProcess, type HostProcessOptions } from './host-process.ts';

/** One of the local cloud's hosts, as tests and `npm start` handle it. */
export interface LocalHost {
  /** Of the process that runs now or ran last. */
  readonly pid: number;
  /** Sends a signal and resolves when the process has ended. It is not started again by itself. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends the process if it runs, starts another, and resolves when that is ready. */
  restart(): Promise<void>;
}

export interface HostGroup {
  hosts: LocalHost[];
  setClock(offsetMs: number): Promise<void>;
  /** Runs what is due, in the host that has the timers. */
  runDueTimers(): Promise<void>;
  /** Resolves when no invocation runs and no queue with a trigger holds a visible message. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface HostGroupOptions {
  count: number;
  process: () => HostProcessOptions;
  /** Gets a sentence when a process ended by itself, or could not be started again. */
  report: (line: string) => void;
}

interface Slot {
  process: HostProcess;
  /** Ended, or about to end, because somebody asked for it. */
  isKilled: boolean;
  /** The restart that is going on or was the last: they must not overlap, or a process would be lost. */
  turn: Promise<void>;
}

interface Group {
  slots: Slot[];
  options: HostGroupOptions;
  timersIn: HostProcess | null;
  isStopping: boolean;
}

const settlePauseMs = 15;
const stopTimeoutMs = 10_000;

/**
 * Starts host processes behind one listening socket, which hands every connection to the next of them; one of them
 * runs the timers. A process that ends unasked is started again, as the platform would.
 */
export async function startHostGroup(front: Server, options: HostGroupOptions): Promise<HostGroup> {
  const starting = Array.from({ length: options.count }, () => startHostProcess(options.process()));
  const outcomes = await Promise.allSettled(starting);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  const processes = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (failed !== undefined) {
    for (const process of processes) process.signal('SIGKILL');
    throw failed.reason;
  }
  const slots = processes.map((process): Slot => ({
    process,
    isKilled: false,
    turn: Promise.resolve(),
  }));
  const group: Group = { slots, options, timersIn: null, isStopping: false };
  for (const slot of slots) void watch(group, slot);
  acceptFor(front, group);
  await giveTimers(group);
  return {
    hosts: slots.map((slot) => localHost(group, slot)),
    setClock: (offsetMs) => setClock(group, offsetMs),
    async runDueTimers() {
      await group.timersIn?.ask({ type: 'runDueTimers' }).catch(() => null);
    },
    settle: () => settle(group),
    stop: () => stop(group),
  };
}

/** A socket that listens on loopback and reads nothing: `startHostGroup` hands its connections on. */
export function createFront(): Server {
  return createServer({ pauseOnConnect: true, noDelay: true });
}

function alive({ slots }: Group): HostProcess[] {
  return slots.map((slot) => slot.process).filter((process) => process.isAlive());
}

async function giveTimers(group: Group): Promise<void> {
  const [first] = alive(group);
  if (group.isStopping || group.timersIn?.isAlive() || first === undefined) return;
  group.timersIn = first;
  await first.ask({ type: 'timers', active: true }).catch(() => null);
}

async function watch(group: Group, slot: Slot): Promise<void> {
  const { process } = slot;
  await process.ended;
  await giveTimers(group);
  if (group.isStopping || slot.isKilled || slot.process !== process) return;
  group.options.report(`host process ${process.pid} ended; starting another`);
  try {
    await restart(group, slot);
  } catch (error) {
    group.options.report(error instanceof Error ? error.message : String(error));
  }
}

function restart(group: Group, slot: Slot): Promise<void> {
  const restarted = slot.turn.then(() => replace(group, slot));
  slot.turn = restarted.catch(() => undefined);
  return restarted;
}

async function replace(group: Group, slot: Slot): Promise<void> {
  if (group.isStopping) return;
  slot.isKilled = true;
  slot.process.signal('SIGKILL');
  await slot.process.ended;
  slot.process = await startHostProcess(group.options.process());
  slot.isKilled = false;
  void watch(group, slot);
  await giveTimers(group);
}

function localHost(group: Group, slot: Slot): LocalHost {
  return {
    get pid() {
      return slot.process.pid;
    },
    async kill(signal = 'SIGKILL') {
      slot.isKilled = true;
      slot.process.signal(signal);
      await slot.process.ended;
    },
    restart: () => restart(group, slot),
  };
}

async function setClock(group: Group, offsetMs: number): Promise<void> {
  await Promise.allSettled(alive(group).map((host) => host.ask({ type: 'setClock', offsetMs })));
}

function askAll(group: Group, type: 'settle' | 'stop'): Promise<(Activity | null)[]> {
  return Promise.all(alive(group).map((host) => host.ask({ type }).catch(() => null)));
}

async function settle(group: Group): Promise<void> {
  // Twice the same count with nothing running in between: what one host left in a queue, another would have seen.
  let previous: string | null = null;
  for (;;) {
    const answers = await askAll(group, 'settle');
    const busy = answers.some((answer) => answer?.busy);
    const counts = busy ? null : answers.map((answer) => answer?.count).join();
    if (counts !== null && counts === previous) return;
    previous = counts;
    if (busy) await new Promise((resolve) => setTimeout(resolve, settlePauseMs));
  }
}

async function stop(group: Group): Promise<void> {
  group.isStopping = true;
  await Promise.all(group.slots.map(({ turn }) => turn));
  const processes = alive(group);
  const timer = setTimeout(() => {
    for (const process of processes) process.signal('SIGKILL');
  }, stopTimeoutMs);
  await askAll(group, 'stop');
  await Promise.all(processes.map((process) => process.ended));
  clearTimeout(timer);
}

function acceptFor(front: Server, group: Group): void {
  let turn = 0;
  front.on('connection', (socket) => {
    // Until it is handed over, a reset must not end this process.
    socket.on('error', () => undefined);
    const hosts = alive(group);
    turn = (turn + 1) % Math.max(hosts.length, 1);
    if (hosts[turn]?.give(socket) !== true) socket.destroy();
  });
}
