/** Loads the functions of a folder as the worker does, and says how long it took: `node cold-start-load.js FOLDER`. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { installCoreModule } from '../local/host/core-module.ts';

const folder = process.argv[2] ?? '';
const core = installCoreModule(() => undefined);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.js'))
  .sort();

const startedAt = performance.now();
for (const file of files) await import(pathToFileURL(path.join(folder, file)).href);
process.send?.({
  wallMs: performance.now() - startedAt,
  functions: core.registrations.length,
});
