import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

export interface Azurite {
  connectionString: string;
  stop(): Promise<void>;
}

/** The account and key that every Azurite has; published by Microsoft, so no secret. */
const ACCOUNT = 'devstoreaccount1';
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const FLAGS = ['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry', '--silent'];
const START_TIMEOUT_MS = 30_000;

/** A real Azurite in memory, on free ports, as a child process; ready when it resolves. */
export async function startAzurite(): Promise<Azurite> {
  const [blob, queue, table] = await freePorts(3);
  const ports = ['--blobPort', `${blob}`, '--queuePort', `${queue}`, '--tablePort', `${table}`];
  const child = spawn(process.execPath, [script(), ...ports, ...FLAGS], { stdio: 'ignore' });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  await Promise.all([blob, queue, table].map((port) => listening(port ?? 0, child)));
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${KEY}`,
      `BlobEndpoint=http://127.0.0.1:${blob}/${ACCOUNT}`,
      `QueueEndpoint=http://127.0.0.1:${queue}/${ACCOUNT}`,
      `TableEndpoint=http://127.0.0.1:${table}/${ACCOUNT}`,
    ].join(';'),
    stop: async () => {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function script(): string {
  const manifest = createRequire(import.meta.url).resolve('azurite/package.json');
  return join(dirname(manifest), 'dist/src/azurite.js');
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`Azurite ended with ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`Azurite did not listen on ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
