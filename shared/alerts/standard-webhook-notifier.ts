import { Webhook } from 'standardwebhooks';
import type { Clock } from '../clock.ts';
import type { Egress, EgressAnswer } from '../egress.ts';
import { retryAfterMs } from '../graph/graph-retry.ts';
import type { CardOptions } from './mail-card.ts';
import { noAnswer } from './no-answer.ts';
import type { AlertMessage, Notifier, SendOutcome } from './notifier.ts';
import { WEBHOOK } from './scopes.ts';
import { testEventOf, webhookEventOf } from './webhook-event.ts';

export interface WebhookDeps {
  egress: Egress;
  /** KEYTURN_WEBHOOK_URL; its path and query may be secrets. */
  url: string;
  /** KEYTURN_WEBHOOK_SECRETS: each gives a signature, so that a receiver may know the old one or the new one. */
  secrets: readonly string[];
  clock: Pick<Clock, 'now'>;
  words: Omit<CardOptions, 'now'>;
}

/**
 * Sends one signed event per call (Standard Webhooks 1.0). `webhook-id` is that of the message and the same in every
 * try, so a receiver can leave out what it has already.
 */
export function standardWebhookNotifier(deps: WebhookDeps): Notifier {
  const signers = deps.secrets.map((secret) => new Webhook(secret));
  return {
    channel: WEBHOOK,
    isOneByOne: true,
    send: async (message) => {
      const body = bodyOf(message, deps);
      const id = `msg_${message.id}`;
      const at = deps.clock.now();
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Keyturn',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signers.map((signer) => signer.sign(id, at, body)).join(' '),
      };
      return post(deps, headers, body);
    },
  };
}

const CALL_TIMEOUT_MS = 15_000;
const UNTOLD_PAUSE_MS = 60_000;

function bodyOf({ items, reports = [] }: AlertMessage, { words }: WebhookDeps): string {
  const [item] = items;
  const [report] = reports;
  if (report?.kind === 'channelTest') return JSON.stringify(testEventOf(report));
  if (item?.kind !== 'event' || items.length !== 1)
    throw new Error('A webhook message holds one event.');
  return JSON.stringify(webhookEventOf(item, words));
}

async function post(
  { egress, url, clock }: WebhookDeps,
  headers: Record<string, string>,
  body: string,
): Promise<SendOutcome> {
  try {
    const answer = await egress({ url, method: 'POST', headers, body, timeoutMs: CALL_TIMEOUT_MS });
    return outcomeOf(answer, clock.now());
  } catch (error) {
    return noAnswer(error, NO_ANSWER);
  }
}

const NO_ANSWER =
  'The webhook’s receiver gave no usable answer within 15 seconds. Check that it runs and that this app reaches it (DNS, firewall).';

/** Standard Webhooks, "Deliverability and reliability": 2xx is taken, 410 is the end, 429 and 502 to 504 ask to wait. */
function outcomeOf({ status, headers }: EgressAnswer, now: Date): SendOutcome {
  if (status >= 200 && status < 300) return { status: 'accepted' };
  if (status === 429) {
    const pauseMs = retryAfterMs(headers['retry-after'], now.getTime()) ?? UNTOLD_PAUSE_MS;
    return { status: 'throttled', notBefore: new Date(now.getTime() + pauseMs) };
  }
  if (status === 410) return { status: 'refused', isFinal: true, reason: GONE };
  if (status >= 500)
    return { status: 'failed', reason: `The webhook’s receiver had trouble (${status}).` };
  return { status: 'refused', reason: refusalWords(status) };
}

const GONE =
  'The webhook’s receiver says that it wants no more events (410). Set KEYTURN_WEBHOOK_URL to the address that takes them, or remove it.';

function refusalWords(status: number): string {
  if (status < 400)
    return `The webhook’s receiver redirects (${status}), which is not followed. Set KEYTURN_WEBHOOK_URL to the address that answers itself.`;
  if (status === 401 || status === 403)
    return `The webhook’s receiver does not accept the event (${status}). Check KEYTURN_WEBHOOK_URL, and that it verifies with a secret of KEYTURN_WEBHOOK_SECRETS.`;
  return `The webhook’s receiver refused an event (${status}). Check KEYTURN_WEBHOOK_URL and the receiver’s log.`;
}
