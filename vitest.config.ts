import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const unit = {
  name: 'unit',
  include: ['test/**/*.test.ts'],
  exclude: ['test/{full,golden,smoke,contract,package}/**'],
  // A busy machine is not a fault: the crash suites take four seconds on an idle one.
  testTimeout: 120_000,
  hookTimeout: 60_000,
};
const contract = {
  name: 'contract',
  include: ['test/contract/**/*.test.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
};
const smoke = {
  name: 'smoke',
  include: ['test/smoke/**/*.test.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};
/** What `npm run package` made, unpacked. */
const unpacked = {
  name: 'package',
  include: ['test/package/**/*.test.ts'],
  testTimeout: 300_000,
  hookTimeout: 300_000,
};
const full = {
  name: 'full',
  include: ['test/{full,golden}/**/*.test.ts'],
  testTimeout: 900_000,
  hookTimeout: 120_000,
  fileParallelism: false,
};

/** Markdown as text, as the bundler's text loader gives it (build.mjs). */
const markdown = {
  name: 'markdown-as-text',
  transform: (code: string, id: string) =>
    id.endsWith('.md') ? { code: `export default ${JSON.stringify(code)}`, map: null } : null,
};

/** Set by .ci/run: a folder that every run leaves its JSON report in. */
const reports = process.env['TEST_REPORTS'];

export default defineConfig({
  test: {
    // By default one core is left to others, which is half of a machine with two.
    maxWorkers: '100%',
    projects: [unit, contract, smoke, unpacked, full].map((test) => ({
      plugins: [markdown],
      test,
    })),
    reporters: reports === undefined ? ['default'] : ['default', 'json'],
    ...(reports !== undefined && {
      outputFile: { json: join(reports, `${String(process.pid)}-${String(Date.now())}.json`) },
    }),
  },
});
