import { parseArgs } from 'node:util';
import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { apiClient, type ApiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';
import { numberText } from './number-words.ts';

/** `keyturn run-now`: checks every tenant of an installation, mails included (design §7). */
export const runNowCommand: Command = {
  summary: 'checks every tenant of your installation now',
  help: `keyturn run-now starts a check of every tenant that your installation watches. Whoever is due a mail gets it.

Usage: keyturn run-now [--wait]

  --wait    stay until every check has ended, and say how

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its admin keys.

Exit code: 0; 2 when it could not be started, or with --wait when something was not read.`,
  run: runNow,
};

const startedSchema = z.object({
  runs: z.array(z.object({ runId: z.string(), tenantId: z.string() })),
});
const runSchema = z.object({
  tenantId: z.string(),
  status: z.string(),
  reasons: z.array(z.string()),
  counts: z.record(z.string(), z.number()).nullable(),
});
type Run = z.infer<typeof runSchema>;

const POLL_MS = 2_000;
/** A tenant of a hundred thousand applications takes minutes; whoever waits longer looks at GET /api/checks. */
const LONGEST_WAIT_MS = 3_600_000;
const IN_PROGRESS = new Set(['queued', 'running']);

async function runNow(args: string[], io: Io): Promise<ExitCode> {
  const isWaiting = waitOf(args);
  const api = apiClient(io);
  const { runs } = await api.call({ method: 'POST', path: '/api/checks', answer: startedSchema });
  if (!isWaiting) {
    for (const { runId, tenantId } of runs) {
      io.out(`Tenant ${displayText(tenantId)} is being checked: ${displayText(runId, 200)}\n`);
    }
    return 0;
  }
  const deadlineMs = io.now().getTime() + LONGEST_WAIT_MS;
  let allRead = true;
  for (const { runId } of runs) {
    const run = await ended(runId, { api, io, deadlineMs });
    io.out(outcomeText(run));
    allRead &&= run.status === 'complete';
  }
  return allRead ? 0 : 2;
}

function waitOf(args: string[]): boolean {
  try {
    return parseArgs({ args, options: { wait: { type: 'boolean' } } }).values.wait ?? false;
  } catch {
    throw new UsageError('run-now takes --wait and nothing else.');
  }
}

/** Waits for a run to end; gives back what it is when there is no more time. */
async function ended(
  runId: string,
  { api, io, deadlineMs }: { api: ApiClient; io: Io; deadlineMs: number },
): Promise<Run> {
  const path = `/api/checks/${encodeURIComponent(runId)}`;
  for (;;) {
    const run = await api.call({ path, answer: runSchema });
    if (!IN_PROGRESS.has(run.status) || io.now().getTime() >= deadlineMs) return run;
    await io.sleep(POLL_MS);
  }
}

function outcomeText({ tenantId, status, reasons, counts }: Run): string {
  const read =
    counts === null
      ? ''
      : `: read ${numberText(counts['applications'] ?? 0)} applications, ${numberText(counts['credentials'] ?? 0)} secrets and certificates`;
  const why = reasons.map((reason) => `  ${displayText(reason, 900)}\n`).join('');
  return `Tenant ${displayText(tenantId)} ${STATUS_WORDS[status] ?? 'is still being checked'}${read}.\n${why}`;
}

const STATUS_WORDS: Record<string, string> = {
  complete: 'was checked',
  partial: 'was checked in part. Do not treat silence as OK',
  failed: 'could not be checked',
};
