// Adds up the test reports of a run: `node count.mjs REPORTS_DIR STEPS_FAILED`. A step that failed without a failed
// test (lint, types, an install) counts as one failure. Exit code 1 when anything failed or nothing ran.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [directory, stepsFailed] = process.argv.slice(2);
const reports = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')));
const sum = (member) => reports.reduce((total, report) => total + report[member], 0);

const passed = sum('numPassedTests');
const failed = Math.max(sum('numFailedTests'), Number(stepsFailed));
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
