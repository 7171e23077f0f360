import type { ReportItem } from './report-item.ts';
import { MAIL, TEAMS, WEBHOOK } from './scopes.ts';

/** Why a test message is there, for whoever sees it. */
export function testWords({ why }: Extract<ReportItem, { kind: 'channelTest' }>): string {
  return why === 'asked'
    ? 'Somebody asked Keyturn for this message, to see whether it arrives. It is about no secret, and there is nothing to do.'
    : 'Keyturn sends this once a month, so that somebody notices when it stops to come. It is about no secret, and there is nothing to do. Should it be missing next month, tell whoever runs Keyturn.';
}

export function troubleWords({
  channel,
}: Pick<Extract<ReportItem, { kind: 'channelTrouble' }>, 'channel'>): string {
  return `${CHANNEL_WORDS[channel] ?? channel} cannot be reached`;
}

const CHANNEL_WORDS: Record<string, string> = {
  [MAIL]: 'Operations’ mailbox',
  [TEAMS]: 'The Teams channel',
  [WEBHOOK]: 'The webhook’s receiver',
};
