import { buffer } from 'node:stream/consumers';
import { systemClock } from '../shared/clock.ts';
import type { Io } from './io.ts';
import { runKeyturn } from './run.ts';

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  readInput: () => buffer(process.stdin),
  now: () => systemClock.now(),
  sleep: (ms) => systemClock.sleep(ms),
  fetch: (url, init) => fetch(url, init),
  env: process.env,
  columns: process.stdout.isTTY ? process.stdout.columns : null,
  isWatched: process.stderr.isTTY,
};

// npm runs its scripts in the project's folder; paths are meant from where the person stands.
const { INIT_CWD: standingIn, npm_lifecycle_event: npmScript } = process.env;
if (npmScript === 'keyturn' && standingIn !== undefined) process.chdir(standingIn);

// `keyturn scan … | head`: whoever reads has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
// exit() would cut off a result that is still on its way into a pipe.
process.exitCode = await runKeyturn(process.argv.slice(2), io);
