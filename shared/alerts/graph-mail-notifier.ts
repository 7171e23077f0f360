import { GraphError, type Client } from '@microsoft/microsoft-graph-client';
import type { Clock } from '../clock.ts';
import { retryAfterMs } from '../graph/graph-retry.ts';
import { composeMail, type MailOptions } from './mail-message.ts';
import { mimeOf } from './mime.ts';
import type { Notifier, SendOutcome } from './notifier.ts';

export interface GraphMailDeps {
  client: Client;
  /** KEYTURN_MAIL_FROM: the mailbox that sends, by address or object id. */
  from: string;
  clock: Pick<Clock, 'now'>;
  words: Omit<MailOptions, 'now'>;
}

/**
 * Mail through Microsoft Graph. Microsoft Learn: "user: sendMail", MIME format: the body is the base64 of the message
 * with Content-Type text/plain; 202 means accepted by Exchange, not delivered.
 */
export function graphMailNotifier({ client, from, clock, words }: GraphMailDeps): Notifier {
  return {
    channel: 'mail',
    send: async (message) => {
      const now = clock.now();
      const mime = await mimeOf(composeMail(message, { ...words, now }), { from, date: now });
      try {
        await client
          .api(`/users/${encodeURIComponent(from)}/sendMail`)
          .header('Content-Type', 'text/plain')
          .post(mime.toString('base64'));
        return { status: 'accepted' };
      } catch (error) {
        return outcomeOf(error, from, now);
      }
    },
  };
}

const UNTOLD_PAUSE_MS = 60_000;

function outcomeOf(error: unknown, from: string, now: Date): SendOutcome {
  if (!(error instanceof GraphError)) return { status: 'failed', reason: NO_ANSWER };
  const { statusCode, code, headers } = error;
  if (statusCode === 429) {
    const pauseMs = retryAfterMs(headers?.get('Retry-After'), now.getTime()) ?? UNTOLD_PAUSE_MS;
    return { status: 'throttled', notBefore: new Date(now.getTime() + pauseMs) };
  }
  if (code === 'SignInError') return { status: 'failed', reason: NO_SIGN_IN };
  // Graph's own sentence may quote the request; its code and status say enough.
  const isPlain = code !== null && /^[\w.]{1,60}$/.test(code);
  return answered(statusCode, isPlain ? `${statusCode} ${code}` : `${statusCode}`, from);
}

function answered(status: number, said: string, from: string): SendOutcome {
  if (status >= 500) {
    return { status: 'failed', reason: `Microsoft Graph had trouble sending mail (${said}).` };
  }
  if (status < 400) return { status: 'failed', reason: NO_ANSWER };
  return { status: 'refused', reason: refusalWords(status, said, from) };
}

const NO_ANSWER =
  'Microsoft Graph gave no readable answer to a mail. Check the network of this app (DNS, firewall, proxy).';
const NO_SIGN_IN =
  'Keyturn could not sign in to Microsoft Graph to send mail. Check its managed identity and KEYTURN_MONITOR_CLIENT_ID.';

function refusalWords(status: number, said: string, from: string): string {
  if (status === 401 || status === 403) {
    return `Microsoft Graph does not let Keyturn send mail as ${from} (${said}). Give its identity Application Mail.Send for that mailbox (Exchange, RBAC for Applications), or Mail.Send with admin consent; a change can take two hours to count.`;
  }
  if (status === 404) {
    return `The mailbox ${from} cannot send (${said}): it does not exist, is switched off, or is not in Exchange Online. Set KEYTURN_MAIL_FROM to a mailbox in Exchange Online.`;
  }
  return `Microsoft Graph refused a mail (${said}). Check that the recipient's address is right.`;
}
