import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { apiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';

const CHANNELS = ['mail', 'teams', 'webhook'];

/** `keyturn test-alert`: a message through one channel, and what came of it (design §7). */
export const testAlertCommand: Command = {
  summary: 'sends a test message through mail, teams or webhook',
  help: `keyturn test-alert sends a test message now: by mail to operations, to the Teams channel, or to the webhook.

Usage: keyturn test-alert mail|teams|webhook

It says what the service answered. Accepted is not delivered: look whether it arrived.
KEYTURN_URL names the installation, KEYTURN_KEY holds one of its admin keys.

Exit code: 0 when the service accepted it, 2 when not.`,
  run: testAlert,
};

const answerSchema = z.object({ status: z.string(), detail: z.string() });

async function testAlert([channel, ...more]: string[], io: Io): Promise<ExitCode> {
  if (channel === undefined || more.length > 0 || !CHANNELS.includes(channel)) {
    throw new UsageError(`test-alert takes one channel: ${CHANNELS.join(', ')}.`);
  }
  const { status, detail } = await apiClient(io).call({
    method: 'POST',
    path: '/api/alerts/test',
    body: { channel },
    answer: answerSchema,
  });
  const words = STATUS_WORDS[status] ?? displayText(status);
  io.out(`${channel}: ${words}. ${displayText(detail, 900)}\n`);
  return status === 'accepted' ? 0 : 2;
}

const STATUS_WORDS: Record<string, string> = {
  accepted: 'accepted',
  throttled: 'not now',
  failed: 'failed',
  refused: 'refused',
  off: 'off',
};
