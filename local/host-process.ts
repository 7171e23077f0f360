import { fork, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { Activity, FromHost, HostOptions, ToHost } from './host/messages.ts';

/** A running Functions host process. */
export interface HostProcess {
  pid: number;
  isAlive(): boolean;
  /** Resolves when the process has ended. */
  ended: Promise<void>;
  ask(request: Request): Promise<Activity | null>;
  /** Hands an accepted connection over; false when the process is gone. */
  give(socket: Socket): boolean;
  signal(name: NodeJS.Signals): void;
}

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;
type Request = WithoutId<ToHost>;

export interface HostProcessOptions extends HostOptions {
  /** Folder of the bundled local cloud: network.js and host/main.js. */
  runtimeDirectory: string;
  /** The whole environment of the process. */
  env: Record<string, string>;
  clockOffsetMs: number;
  print: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Starts a host process and waits until it is ready. Throws with the host's list of faults when it refuses the app. */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const { runtimeDirectory, env, clockOffsetMs, print, ...hostOptions } = options;
  const child = fork(
    path.join(runtimeDirectory, 'host', 'main.js'),
    [JSON.stringify(hostOptions satisfies HostOptions)],
    {
      cwd: options.appDirectory,
      execArgv: ['--enable-source-maps', '--import', path.join(runtimeDirectory, 'network.js')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...env,
        KEYTURN_LOCAL_CLOUD_PORT: String(options.cloudPort),
        KEYTURN_LOCAL_CLOCK_OFFSET_MS: String(clockOffsetMs),
      },
    },
  );
  printLines(child, print);
  await ready(child);
  return hostProcess(child);
}

function hostProcess(child: ChildProcess): HostProcess {
  const waiting = new Map<
    number,
    { resolve: (answer: Activity | null) => void; reject: (error: Error) => void }
  >();
  let nextId = 1;
  let alive = true;
  const gone = () => new Error(`host process ${child.pid} has ended`);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      alive = false;
      for (const { reject } of waiting.values()) reject(gone());
      waiting.clear();
      resolve();
    });
  });
  child.on('message', (message: FromHost) => {
    if (message.type !== 'answer') return;
    waiting.get(message.id)?.resolve(message.activity);
    waiting.delete(message.id);
  });
  // A send to a process that is just ending: `ended` tells.
  child.on('error', () => undefined);
  return {
    pid: child.pid ?? 0,
    isAlive: () => alive,
    ended,
    ask(request) {
      if (!alive || !child.connected) return Promise.reject(gone());
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.send({ ...request, id });
      });
    },
    give(socket) {
      if (!alive || !child.connected) return false;
      child.send({ type: 'connection' }, socket, (error) => {
        if (error) socket.destroy();
      });
      return true;
    },
    signal: (name) => child.kill(name),
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`the Functions host ended with code ${code} before it was ready`));
    child.once('exit', onExit);
    child.once('error', reject);
    child.once('message', (message: FromHost) => {
      child.off('exit', onExit);
      child.off('error', reject);
      if (message.type !== 'failed') return resolve();
      const faults = message.faults.map((fault) => `\n- ${fault}`).join('');
      return reject(new Error(`the Functions host refuses the app:${faults}`));
    });
  });
}

function printLines(child: ChildProcess, print: HostProcessOptions['print']): void {
  for (const name of ['stdout', 'stderr'] as const) {
    let rest = '';
    const stream = child[name];
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) print(line, name);
    });
    stream?.on('end', () => {
      if (rest !== '') print(rest, name);
    });
  }
}
