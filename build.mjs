// Bundles what runs: `node build.mjs [functions] [local] [cli] [bench] [unbundled] [pack] [package]` (the first three when none is
// named); `--if-stale cli` builds the command line only when a source is newer.
import { rm, stat } from 'node:fs/promises';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';
import { writePackage } from './package.mjs';

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

/**
 * What Azure Functions loads: package.json "main" matches this one file, what is needed later stays outside of it. A
 * file for each function costs half of the cold start: 50 files that share 80 others (bench/cold-start.ts).
 */
const functions = {
  ...common,
  stdin: {
    contents: globSync('functions/*.ts')
      .sort()
      .map((file) => `import './${file}';`)
      .join('\n'),
    resolveDir: import.meta.dirname,
    sourcefile: 'functions.ts',
    loader: 'ts',
  },
  outdir: 'dist/functions',
  entryNames: 'keyturn',
  splitting: true,
  chunkNames: '../chunks/[name]-[hash]',
  external: ['@azure/functions-core'],
  banner: requireBanner,
  minifySyntax: true,
};

const targets = {
  functions,
  local: {
    ...common,
    entryPoints: ['local/start.ts', 'local/demo.ts', 'local/network.ts', 'local/host/main.ts'],
    outbase: 'local',
    outdir: 'dist/local',
    packages: 'external',
  },
  cli: {
    ...common,
    entryPoints: ['cli/keyturn.ts'],
    outdir: 'dist/cli',
    // What only some commands need (the Azure SDKs) is loaded on demand.
    splitting: true,
    packages: 'external',
  },
  bench: {
    ...common,
    entryPoints: globSync('bench/*.ts'),
    outdir: 'dist/bench',
    external: ['@azure/functions-core', 'azurite', 'tinyglobby'],
    banner: requireBanner,
  },
  /** The same functions file by file, packages in node_modules: what bench/cold-start.ts compares the bundle with. */
  unbundled: {
    ...common,
    entryPoints: globSync(['functions/*.ts', 'shared/**/*.ts']),
    outbase: '.',
    outdir: 'dist/unbundled',
    packages: 'external',
    plugins: [{ name: 'file-by-file', setup: leaveFilesApart }],
  },
  /** The command line as one file that a Cloud Shell can run. */
  pack: {
    ...common,
    entryPoints: ['cli/keyturn.ts'],
    outfile: 'keyturn.mjs',
    banner: requireBanner,
    minify: true,
    sourcemap: false,
    legalComments: 'eof',
  },
  /** The functions again, as they are deployed (package.mjs). Names stay, for the stacks of errors. */
  package: {
    ...functions,
    outdir: 'dist/package/dist/functions',
    minifyWhitespace: true,
    sourcemap: false,
    metafile: true,
    legalComments: 'none',
  },
};

function leaveFilesApart({ onResolve }) {
  onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ kind, path }) =>
    kind === 'entry-point' ? null : { path: path.replace(/ts$/, 'js'), external: true },
  );
}

/** False when `dist/cli` is newer than everything that it is made of, so that `npm run keyturn` starts at once. */
async function isCliStale() {
  const built = await stat('dist/cli/keyturn.js').catch(() => null);
  if (built === null) return true;
  const sources = globSync(['{cli,shared}/**/*', 'package-lock.json', 'build.mjs']);
  const changed = await Promise.all(sources.map(async (source) => (await stat(source)).mtimeMs));
  return changed.some((mtimeMs) => mtimeMs > built.mtimeMs);
}

const named = process.argv.slice(2);
const ifStale = named[0] === '--if-stale';
if (ifStale) named.shift();
for (const name of named.length > 0 ? named : ['functions', 'local', 'cli']) {
  const target = targets[name];
  if (target === undefined)
    throw new Error(`no build target "${name}": use ${Object.keys(targets).join(', ')}`);
  if (ifStale && !(await isCliStale())) continue;
  // Another `npm run keyturn` may be running from what is there.
  if (!ifStale && target.outdir !== undefined)
    await rm(target.outdir, { recursive: true, force: true });
  if (name === 'functions') await rm('dist/chunks', { recursive: true, force: true });
  if (name === 'package') await rm('dist/package', { recursive: true, force: true });
  const { metafile } = await build(target);
  if (name === 'package') await writePackage(metafile);
}
