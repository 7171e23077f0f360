import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { Mail } from '../../shared/alerts/mail-message.ts';
import { mimeOf } from '../../shared/alerts/mime.ts';

const MAIL: Mail = {
  id: '0123456789abcdef0123456789abcdef',
  to: 'anna@contoso.example',
  subject: '[Keyturn · Contoso] Grüße stops Sun 31 Jan: you own the app',
  html: '<p>Grüße → <a href="https://portal.azure.com/#@x">Portal</a></p>',
  text: 'Grüße → Portal\n.\nFrom here\n',
  calendars: [],
};
const OPTIONS = { from: 'keyturn@contoso.example', date: new Date('2027-01-19T02:00:00Z') };

async function parsed(mail: Mail) {
  const mime = await mimeOf(mail, OPTIONS);
  return { email: await PostalMime.parse(mime), raw: mime.toString('latin1') };
}

describe('a MIME message', () => {
  it('carries text and HTML as alternatives, in the words that were written', async () => {
    const { email, raw } = await parsed(MAIL);
    expect(email).toMatchObject({
      subject: MAIL.subject,
      from: { name: 'Keyturn', address: 'keyturn@contoso.example' },
      to: [{ address: 'anna@contoso.example' }],
      date: '2027-01-19T02:00:00.000Z',
    });
    expect(email.text?.trimEnd()).toBe(MAIL.text.trimEnd());
    expect(email.html?.trimEnd()).toBe(MAIL.html);
    expect(raw).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(email.attachments).toEqual([]);
  });

  it('can be recognised when it is sent twice', async () => {
    const { email } = await parsed(MAIL);
    const headers = new Map(email.headers.map(({ key, value }) => [key, value]));
    expect(headers.get('x-keyturn-id')).toBe(MAIL.id);
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(email.messageId).toBe(`<${MAIL.id}@contoso.example>`);
  });

  it('gets no header from a subject or an address', async () => {
    const { email, raw } = await parsed({
      ...MAIL,
      subject: 'a\r\nBcc: x@evil.example\r\n\r\n<script>',
      to: 'anna@contoso.example\r\nCc: y@evil.example',
    });
    expect(raw).not.toMatch(/^(Bcc|Cc):/im);
    expect(email.cc).toBeUndefined();
    expect(email.bcc).toBeUndefined();
  });
});
