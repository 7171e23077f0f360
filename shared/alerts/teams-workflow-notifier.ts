import type { Clock } from '../clock.ts';
import type { Egress } from '../egress.ts';
import type { AlertItem } from './alert-item.ts';
import { noAnswer } from './no-answer.ts';
import type { AlertMessage, Notifier, SendOutcome } from './notifier.ts';
import { TEAMS } from './scopes.ts';
import { teamsParts, type TeamsCardOptions } from './teams-card.ts';
import { teamsVerdict, type TeamsVerdict } from './teams-outcome.ts';

export interface TeamsDeps {
  egress: Egress;
  /** KEYTURN_TEAMS_WEBHOOK_URL, a secret. */
  url: string;
  clock: Pick<Clock, 'now'>;
  words: Omit<TeamsCardOptions, 'now' | 'maxBytes' | 'maxParts'>;
}

/**
 * Posts cards to a Teams channel by a workflow ("When a Teams webhook request is received"). A message may take several
 * cards; what was taken before trouble came is in the outcome. Where the service calls a card too large, the rest is
 * written in smaller ones.
 */
export function teamsWorkflowNotifier(deps: TeamsDeps): Notifier {
  return { channel: TEAMS, send: (message) => sendAll(deps, message) };
}

/**
 * Teams takes 28 KB, counted after it has wrapped the request once more: 24,453 bytes were counted as 28,897
 * (MicrosoftDocs/msteams-docs#11274).
 */
const MAX_BYTES = 20_000;
/** A channel that gets more cards than this in a night is muted by its readers. */
const MAX_PARTS = 5;
/** A card of one entry fits into this. */
const LEAST_BYTES = 5_000;
/** Then the rest waits for another call: the claim on its rows lives a minute. */
const SENDING_MS = 15_000;
const CALL_TIMEOUT_MS = 10_000;

async function sendAll(deps: TeamsDeps, message: AlertMessage): Promise<SendOutcome> {
  const startedMs = deps.clock.now().getTime();
  const accepted: AlertItem[] = [];
  let maxBytes = MAX_BYTES;
  let parts = partsOf(deps, message, maxBytes);
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const now = deps.clock.now();
    if (now.getTime() - startedMs > SENDING_MS)
      return { status: 'throttled', notBefore: now, accepted };
    const verdict = await post(deps, part.payload);
    if (verdict.status === 'accepted') {
      accepted.push(...part.items);
      continue;
    }
    if (verdict.status !== 'tooLarge') return { ...verdict, accepted };
    maxBytes /= 2;
    if (maxBytes < LEAST_BYTES) return { status: 'refused', reason: TOO_LARGE, accepted };
    const left = message.items.filter((item) => !accepted.includes(item));
    parts = partsOf(deps, { ...message, items: left }, maxBytes);
  }
  return { status: 'accepted' };
}

const TOO_LARGE =
  'The Teams workflow calls even a card of 5,000 bytes too large (413). Check what the flow does with the card before it posts it.';

function partsOf({ clock, words }: TeamsDeps, message: AlertMessage, maxBytes: number) {
  const maxParts = Math.round((MAX_PARTS * MAX_BYTES) / maxBytes);
  return teamsParts(message, { ...words, now: clock.now(), maxBytes, maxParts });
}

async function post({ egress, url, clock }: TeamsDeps, body: string): Promise<TeamsVerdict> {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
  };
  try {
    const answer = await egress({
      url,
      method: 'POST',
      headers,
      body,
      timeoutMs: CALL_TIMEOUT_MS,
    });
    return teamsVerdict(answer, clock.now());
  } catch (error) {
    return noAnswer(error, NO_ANSWER);
  }
}

const NO_ANSWER =
  'The Teams workflow gave no usable answer. Check the network of this app (DNS, firewall), and whether the workflow still exists.';
