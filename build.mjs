// Bundles what runs: `node build.mjs [functions] [local] [cli] [bench] [pack]` (all but `pack` when none is named).
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';

// Bundled CommonJS packages call require(); an ES module has none of its own.
const requireBanner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
  sourcemap: true,
  loader: { '.html': 'text', '.css': 'text', '.md': 'text' },
};

const targets = {
  /** What Azure Functions loads: entry points match package.json "main", shared chunks stay outside of it. */
  functions: {
    ...common,
    entryPoints: globSync('functions/*.ts'),
    outdir: 'dist/functions',
    splitting: true,
    chunkNames: '../chunks/[name]-[hash]',
    external: ['@azure/functions-core'],
    banner: requireBanner,
    minifySyntax: true,
  },
  local: {
    ...common,
    entryPoints: ['local/start.ts', 'local/network.ts', 'local/host/main.ts'],
    outbase: 'local',
    outdir: 'dist/local',
    packages: 'external',
  },
  cli: { ...common, entryPoints: ['cli/keyturn.ts'], outdir: 'dist/cli', packages: 'external' },
  bench: {
    ...common,
    entryPoints: globSync('bench/*.ts'),
    outdir: 'dist/bench',
    packages: 'external',
  },
  /** The command line as one file that a Cloud Shell can run. */
  pack: {
    ...common,
    entryPoints: ['cli/keyturn.ts'],
    outfile: 'keyturn.mjs',
    banner: requireBanner,
    minify: true,
    sourcemap: false,
    legalComments: 'linked',
  },
};

const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : ['functions', 'local', 'cli']) {
  const target = targets[name];
  if (target === undefined)
    throw new Error(`no build target "${name}": use ${Object.keys(targets)}`);
  if (target.entryPoints.length === 0) continue;
  if (target.outdir !== undefined) await rm(target.outdir, { recursive: true, force: true });
  if (name === 'functions') await rm('dist/chunks', { recursive: true, force: true });
  await build(target);
}
