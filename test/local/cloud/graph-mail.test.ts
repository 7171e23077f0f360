import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { describe, expect, it } from 'vitest';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';

const sender = '/users/keyturn@contoso.example/sendMail';

async function mime(message: ConstructorParameters<typeof MailComposer>[0]): Promise<string> {
  return (await new MailComposer(message).compile().build()).toString('base64');
}

async function send(cloud: TestCloud, body: string, type = 'text/plain'): Promise<Response> {
  return cloud.graph(sender, { method: 'POST', headers: { 'content-type': type }, body });
}

describe('sendMail of the local Graph', () => {
  it('takes one MIME message and shows its parts in the inbox', async () => {
    const cloud = testCloud();
    const body = await mime({
      from: 'Keyturn <keyturn@contoso.example>',
      to: ['erika.petersen@contoso.example', 'Samir <samir.lahlou@contoso.example>'],
      cc: 'fallback@contoso.example',
      subject: 'SmartConnect BC Prod stops Sun 31 Jan: naïve – 試験',
      text: 'In words',
      html: '<p>In <b>words</b></p>',
      icalEvent: {
        method: 'PUBLISH',
        filename: 'end.ics',
        content: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR',
      },
      headers: { 'x-keyturn-run': 'run-1' },
    });
    const answer = await send(cloud, body);
    expect(answer.status).toBe(202);
    expect(await answer.text()).toBe('');
    const [mail] = (await cloud.control('GET', 'mail')) as unknown as Record<string, unknown>[];
    expect(mail).toMatchObject({
      at: '2026-11-25T08:00:00.000Z',
      from: 'keyturn@contoso.example',
      to: ['erika.petersen@contoso.example', 'samir.lahlou@contoso.example'],
      cc: ['fallback@contoso.example'],
      subject: 'SmartConnect BC Prod stops Sun 31 Jan: naïve – 試験',
      headers: { 'x-keyturn-run': 'run-1' },
    });
    expect(String(mail?.['text']).trim()).toBe('In words');
    expect(String(mail?.['html']).trim()).toBe('<p>In <b>words</b></p>');
    const attachments = (mail?.['attachments'] ?? []) as { type: string; text: string }[];
    const calendar = attachments.find(
      ({ type }) => type === 'text/calendar' || type === 'application/ics',
    );
    expect(calendar?.text).toContain('BEGIN:VCALENDAR');
  });

  it('takes the JSON form with its attachments', async () => {
    const cloud = testCloud();
    const message = {
      subject: 'Hello',
      body: { contentType: 'HTML', content: '<p>Hi</p>' },
      toRecipients: [{ emailAddress: { address: 'a@contoso.example' } }],
      attachments: [{ name: 'a.txt', contentType: 'text/plain', contentBytes: 'aGk=' }],
    };
    const answer = await send(cloud, JSON.stringify({ message }), 'application/json');
    expect(answer.status).toBe(202);
    expect(cloud.world.mail).toMatchObject([
      {
        from: 'keyturn@contoso.example',
        to: ['a@contoso.example'],
        html: '<p>Hi</p>',
        text: '',
        attachments: [{ name: 'a.txt', type: 'text/plain', text: 'hi' }],
      },
    ]);
  });

  it('keeps the mailbox of the installation when the directory is replaced', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', { users: [] });
    expect((await send(cloud, await mime({ to: 'a@b.example', text: 'x' }))).status).toBe(202);
  });

  it('refuses what Exchange refuses, with its codes', async () => {
    const cloud = testCloud();
    const code = async (answer: Response) => {
      const { error } = (await answer.json()) as { error: { code: string } };
      return [answer.status, error.code];
    };
    expect(await code(await send(cloud, 'not base64!'))).toEqual([
      400,
      'ErrorMimeContentInvalidBase64String',
    ]);
    expect(await code(await send(cloud, await mime({ subject: 'x', text: 'x' })))).toEqual([
      400,
      'ErrorInvalidRecipients',
    ]);
    const body = await mime({ to: 'a@b.example', text: 'x' });
    const from = async (user: string) =>
      cloud.graph(`/users/${user}/sendMail`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body,
      });
    expect(await code(await from('nobody@contoso.example'))).toEqual([404, 'ErrorInvalidUser']);
    expect(await code(await from('build.agent@contoso.example'))).toEqual([
      404,
      'MailboxNotEnabledForRESTAPI',
    ]);
    await cloud.control('PUT', 'permissions', { monitor: ['Application.Read.All'] });
    expect(await code(await send(cloud, body))).toEqual([403, 'ErrorAccessDenied']);
    expect(cloud.world.mail).toEqual([]);
  });
});
