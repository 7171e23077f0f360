import { createTransport } from 'nodemailer';
import type { SmtpSettings } from '../settings/smtp-settings.ts';
import type { Clock } from '../clock.ts';
import { composeMail, type MailOptions } from './mail-message.ts';
import { mimeOf } from './mime.ts';
import type { Notifier, SendOutcome } from './notifier.ts';
import { MAIL } from './scopes.ts';
import { smtpOutcome } from './smtp-outcome.ts';

export interface SmtpMailDeps {
  smtp: SmtpSettings;
  /** KEYTURN_MAIL_FROM: the sender, on the envelope too. */
  from: string;
  clock: Pick<Clock, 'now'>;
  words: Omit<MailOptions, 'now'>;
  /** Certificate authorities beside the system's, as PEM. */
  ca?: string;
}

/**
 * Mail through an SMTP server (RFC 5321), one connection per message. The password leaves on an encrypted connection
 * only, unless the server is on this machine; certificates are checked (security rule 25).
 */
export function smtpMailNotifier({ smtp, from, clock, words, ca }: SmtpMailDeps): Notifier {
  const { host, port, encryption, user, password } = smtp;
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'startTls',
    ignoreTLS: encryption === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...(user === null ? {} : { auth: { user, pass: password } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  return {
    channel: MAIL,
    send: async (message): Promise<SendOutcome> => {
      const now = clock.now();
      const raw = await mimeOf(composeMail(message, { ...words, now }), { from, date: now });
      const envelope = { from, to: [message.address] };
      try {
        await transport.sendMail({ envelope, raw });
        return { status: 'accepted' };
      } catch (error) {
        return smtpOutcome(error, { host, from, now });
      }
    },
  };
}

/** Together well below the life of a claim (deliver-alerts.ts), so that nobody else sends the same mail meanwhile. */
const CONNECT_MS = 5_000;
const SILENCE_MS = 10_000;
