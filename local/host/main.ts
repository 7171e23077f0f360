/**
 * A Functions host process, forked by the local cloud with `--import network.js`: its one argument is HostOptions as
 * JSON, its environment the app's settings. Speaks the messages of messages.ts and ends when its parent does.
 */
import type { Socket } from 'node:net';
import { errorText } from './error-text.ts';
import { startHost, type Host } from './host.ts';
import type { FunctionLog } from './invocations.ts';
import type { FromHost, HostOptions, ToHost } from './messages.ts';

const tickMs = 200;
const options: HostOptions = JSON.parse(process.argv[2] ?? '{}');

const quietLevels: ReadonlySet<string> = new Set(['trace', 'debug', 'information', 'none']);
const log: FunctionLog = (functionName, level, message) => {
  if (quietLevels.has(level) && !options.verbose) return;
  const stream = quietLevels.has(level) ? process.stdout : process.stderr;
  stream.write(`${new Date().toISOString()} ${functionName} ${level}: ${message}\n`);
};

process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group; the parent stops its hosts in order.
process.on('SIGINT', () => undefined);
process.channel?.ref();

const started = await startHost(options, { env: process.env, now: () => new Date(), log }).catch(
  (error: unknown) => ({ faults: [errorText(error)] }),
);
if ('faults' in started) {
  process.exitCode = 1;
  send({ type: 'failed', faults: started.faults }, () => process.disconnect());
} else {
  serve(started.host);
  send({ type: 'ready', functions: started.host.functions });
}

function serve(host: Host): void {
  setInterval(() => void host.runDueTimers(), tickMs);
  process.on('message', (message: ToHost, socket?: Socket) => {
    if (message.type === 'connection') {
      // The parent accepted it paused, so nothing of it has been read.
      if (socket !== undefined) host.server.emit('connection', socket);
      return;
    }
    void answer(host, message);
  });
}

async function answer(host: Host, message: Exclude<ToHost, { type: 'connection' }>): Promise<void> {
  const { type, id } = message;
  // 'setClock' has been done by the preload, whose listener is older than this one.
  if (type === 'timers') await host.setTimersActive(message.active);
  if (type === 'runDueTimers') await host.runDueTimers();
  const activity = type === 'settle' ? await host.settle() : null;
  if (type === 'stop') await host.stop();
  send({ type: 'answer', id, activity }, () => {
    if (type === 'stop') process.disconnect();
  });
}

function send(message: FromHost, sent: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, sent);
}
