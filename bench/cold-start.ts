/**
 * `npm run bench:start`: loading all functions from the bundle that is deployed, against loading the same sources
 * file by file with their packages from node_modules, each in a process of its own, alternating in one run.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PAIRS = 15;
const BUNDLE = fileURLToPath(new URL('../package/dist/functions', import.meta.url));
const FILES = fileURLToPath(new URL('../unbundled/functions', import.meta.url));

interface Loading {
  wallMs: number;
  functions: number;
}

// What is on the disk is in the machine's memory from here on, for both.
const [first, other] = [await load(BUNDLE), await load(FILES)];
if (first.functions !== other.functions)
  throw new Error(`${first.functions} functions in the bundle, ${other.functions} in the files`);

const pairs: { bundle: Loading; files: Loading }[] = [];
for (let pair = 0; pair < PAIRS; pair += 1)
  pairs.push({ bundle: await load(BUNDLE), files: await load(FILES) });

const ratio = median(pairs.map(({ bundle, files }) => bundle.wallMs / files.wallMs));
const bundleMs = median(pairs.map(({ bundle }) => bundle.wallMs));
const filesMs = median(pairs.map(({ files }) => files.wallMs));
console.log(
  [
    `cold start: ${first.functions} functions load from the bundle in ${ratio.toFixed(2)} x`,
    `the time of loading them file by file (median of ${PAIRS} pairs;`,
    `${bundleMs.toFixed(0)} ms against ${filesMs.toFixed(0)} ms on this machine)`,
  ].join(' '),
);

async function load(folder: string): Promise<Loading> {
  const child = fork(fileURLToPath(new URL('cold-start-load.js', import.meta.url)), [folder]);
  const failure = once(child, 'exit').then(() => {
    throw new Error('the process ended before it had loaded the functions');
  });
  failure.catch(() => undefined);
  const [loading] = (await Promise.race([once(child, 'message'), failure])) as [Loading];
  child.kill();
  return loading;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
