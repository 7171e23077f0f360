import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { apiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';
import { nearest } from './nearest.ts';

/** `keyturn alerts`: says or switches how far the alerts of an installation go (design §7). */
export const alertsCommand: Command = {
  summary: 'says or switches how far alerts go: preview, operations or live',
  help: `keyturn alerts says how far the alerts of your installation go, or switches it.

Usage: keyturn alerts
       keyturn alerts preview       nobody is warned; operations are told what would be sent
       keyturn alerts operations    every mail goes to operations instead of the people it is for
       keyturn alerts live          people are warned

It takes effect within half a minute and outlives a restart. A later change of the setting KEYTURN_ALERTS
is in force again. Before "live", look at: keyturn preview-alerts

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its admin keys (a reader key is enough to look).`,
  run: runAlerts,
};

const MODES = ['preview', 'operations', 'live'] as const;
type Mode = (typeof MODES)[number];

const stateSchema = z.object({
  mode: z.string(),
  source: z.string(),
  switchedAt: z.string().nullable(),
  switchedBy: z.string().nullable(),
});

async function runAlerts(args: string[], io: Io): Promise<ExitCode> {
  const mode = modeOf(args);
  const api = apiClient(io);
  const path = '/api/alerts';
  const state =
    mode === null
      ? await api.call({ path, answer: stateSchema })
      : await api.call({ method: 'PUT', path, body: { mode }, answer: stateSchema });
  io.out(`Alerts are ${displayText(state.mode)}: ${meaningOf(state.mode)}\n`);
  if (mode === null) io.out(`${originOf(state)}\n`);
  return 0;
}

function modeOf(args: string[]): Mode | null {
  const [given, ...more] = args;
  if (given === undefined) return null;
  const mode = MODES.find((one) => one === given);
  if (mode !== undefined && more.length === 0) return mode;
  const meant = nearest(given, MODES);
  const hint = mode === undefined && meant !== null ? ` Did you mean ${meant}?` : '';
  throw new UsageError(`alerts takes one of ${MODES.join(', ')}.${hint}`);
}

const MEANINGS: Record<string, string> = {
  preview: 'nobody is warned; operations are told what would be sent.',
  operations: 'every mail goes to operations instead of the people it is for.',
  live: 'people are warned.',
};

function meaningOf(mode: string): string {
  return MEANINGS[mode] ?? 'this version of the command line does not know what that means.';
}

function originOf({ source, switchedAt, switchedBy }: z.infer<typeof stateSchema>): string {
  if (source !== 'api') return 'The setting KEYTURN_ALERTS says so.';
  return `Switched on ${displayText(switchedAt ?? '')} by ${displayText(switchedBy ?? '')}.`;
}
