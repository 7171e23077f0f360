import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';

export interface Azurite {
  connectionString: string;
  pid: number;
  stop(): Promise<void>;
}

interface AzuriteOptions {
  /** Folder that keeps the data; null: in memory. */
  dataDirectory: string | null;
}

// The account that Azurite and Microsoft publish for local use. @see Microsoft Learn: "Use the Azurite emulator"
const account = 'devstoreaccount1';
const accountKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

// Its standard input is a pipe from us: it closes when we end in any way, SIGKILL included.
const endWithParent =
  'data:text/javascript,process.stdin.on("end",()=>{process.kill(process.pid,"SIGTERM");' +
  'setTimeout(()=>process.exit(0),3000).unref()}).resume().unref()';
// The storage SDKs speak newer versions of the protocol than Azurite knows by name.
const quiet = ['--silent', '--disableTelemetry', '--skipApiVersionCheck'];
const startTimeoutMs = 60_000;

/**
 * Starts Azurite (blobs, queues, tables) on free ports as a child that ends with this process, however that ends.
 * Throws when it does not come up within a minute.
 */
export async function startAzurite({ dataDirectory }: AzuriteOptions): Promise<Azurite> {
  const entry = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
  const storage =
    dataDirectory === null ? ['--inMemoryPersistence'] : ['--location', dataDirectory];
  const ports = ['blob', 'queue', 'table'].flatMap((service) => [`--${service}Port`, '0']);
  const child = spawn(
    process.execPath,
    ['--import', endWithParent, entry, ...quiet, ...ports, ...storage],
    // A group of its own: Ctrl-C must not end it before the hosts have finished with it.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  const [blob, queue, table] = await addresses(child);
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${account}`,
      `AccountKey=${accountKey}`,
      `BlobEndpoint=${blob}/${account}`,
      `QueueEndpoint=${queue}/${account}`,
      `TableEndpoint=${table}/${account}`,
    ].join(';'),
    pid: child.pid ?? 0,
    stop: () => stop(child),
  };
}

/** The three addresses, as Azurite prints them once it listens. */
function addresses(child: ChildProcess): Promise<[string, string, string]> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (reason: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`Azurite did not start: ${reason}\n${output.trim()}`));
    };
    const timer = setTimeout(() => fail('it took longer than a minute'), startTimeoutMs);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = ['Blob', 'Queue', 'Table'].map(
        (service) =>
          new RegExp(`${service} service is successfully listening at (\\S+)`).exec(output)?.[1],
      );
      const [blob, queue, table] = found;
      if (blob === undefined || queue === undefined || table === undefined) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      // Nobody reads on; a full pipe would stop it.
      child.stdout?.removeAllListeners('data').resume();
      child.stderr?.removeAllListeners('data').resume();
      resolve([blob, queue, table]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`it ended with code ${code}`));
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    timer.unref();
  });
}
