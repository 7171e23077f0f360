import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

export interface LocalRuntime {
  directory: string;
  /** Bundles one more file beside network.js (.js) and gives its path. */
  add(entryPoint: string): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Bundles what host processes run (network.js, host/main.js) into a folder of its own, so that a test needs no build
 * and disturbs none. Below node_modules, where the packages are found.
 */
export async function buildLocalRuntime(): Promise<LocalRuntime> {
  const parent = path.resolve('node_modules/.cache/keyturn');
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(path.join(parent, 'runtime-'));
  const bundle = (entryPoints: string[], outbase: string) =>
    build({
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      entryPoints,
      outbase,
      outdir: directory,
    });
  await bundle(['local/network.ts', 'local/host/main.ts'], 'local');
  return {
    directory,
    async add(entryPoint) {
      await bundle([entryPoint], path.dirname(entryPoint));
      return path.join(directory, path.basename(entryPoint));
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
