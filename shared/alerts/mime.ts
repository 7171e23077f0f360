import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mail } from './mail-message.ts';

export interface MimeOptions {
  /** The sending mailbox. */
  from: string;
  date: Date;
}

/**
 * One MIME message with a text and an HTML part (RFC 2046 §5.1.4), and calendar files beside them. `X-Keyturn-Id` and Message-ID are the message's id,
 * so a copy that is sent again can be recognised. Addresses and subject are handed over as values and cannot add
 * header lines; nothing is read from files or addresses.
 */
export async function mimeOf(mail: Mail, { from, date }: MimeOptions): Promise<Buffer> {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const composer = new MailComposer({
    from: { name: 'Keyturn', address: from },
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.calendars.map(({ name, method, text }) => ({
      filename: name,
      content: text,
      contentType: `text/calendar; charset=utf-8; method=${method}`,
      // A file that somebody may open, not an alternative of the text: that would be an invitation to answer.
      contentDisposition: 'attachment',
      // Byte for byte: its lines end and fold by rules of their own.
      contentTransferEncoding: 'base64',
    })),
    date,
    messageId: `<${mail.id}@${domain}>`,
    // RFC 3834 §5: keeps out-of-office answers away from the sending mailbox.
    headers: { 'X-Keyturn-Id': mail.id, 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
