import { existsSync, readFileSync } from 'node:fs';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { graphMailNotifier } from '../../shared/alerts/graph-mail-notifier.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import { clouds } from '../../shared/clouds.ts';
import { createGraphClient } from '../../shared/graph/graph-client.ts';
import { alertItem, TENANT } from '../support/alerts.ts';
import { fakeClock } from '../support/fake-clock.ts';

const MESSAGE: AlertMessage = {
  id: 'message-1',
  address: 'anna@contoso.example',
  scope: TENANT,
  items: [alertItem()],
};

interface Sent {
  url: string;
  method: string;
  headers: Headers;
  body: string;
}

/** The notifier over the real Graph client, with one answer for each call. */
function notifierAnswered(...answers: (Response | Error)[]) {
  const clock = fakeClock('2027-01-19T02:00:00.000Z');
  const sent: Sent[] = [];
  const client = createGraphClient({
    cloud: clouds.public,
    credential: {
      getToken: async () => ({ token: 'token', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    },
    clock,
    random: () => 0,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      const { method, headers } = request;
      sent.push({ url: request.url, method, headers, body: await request.text() });
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
      return answer;
    },
  });
  const notifier = graphMailNotifier({
    client,
    from: 'keyturn@contoso.example',
    clock,
    words: {
      timeZone: 'Europe/Berlin',
      portalUrl: clouds.public.portalUrl,
      publicUrl: null,
    },
  });
  return { notifier, sent, clock };
}

const HAS_COLLECTED = existsSync('../shared/data/graph-sendmail');
if (!HAS_COLLECTED) console.warn('Skipped: the collected answers (../shared/data) are not here.');

/** An error body as it was collected from a real answer. */
function collected(file: string): string {
  const text = readFileSync(`../shared/data/graph-sendmail/${file}`, 'utf8');
  return text.replace(/%\s*$/, '').trim();
}

function answer(status: number, body: string | null = null, headers: Record<string, string> = {}) {
  const type = body?.startsWith('{') === true ? { 'Content-Type': 'application/json' } : {};
  return new Response(body, { status, headers: { ...type, ...headers } });
}

describe('mail through Microsoft Graph', () => {
  it('sends the MIME message in base64 from the mailbox, and takes 202 for accepted', async () => {
    const { notifier, sent } = notifierAnswered(answer(202));
    expect(await notifier.send(MESSAGE)).toEqual({ status: 'accepted' });
    expect(sent).toHaveLength(1);
    const [call] = sent;
    expect(call?.method).toBe('POST');
    expect(call?.url).toBe(
      'https://graph.microsoft.com/v1.0/users/keyturn%40contoso.example/sendMail',
    );
    expect(call?.headers.get('Content-Type')).toBe('text/plain');
    expect(call?.body).toMatch(/^[A-Za-z0-9+/]+=*$/);
    const email = await PostalMime.parse(Buffer.from(call?.body ?? '', 'base64'));
    expect(email.subject).toBe(
      '[Keyturn · Contoso] SmartConnect BC Prod stops Sun 31 Jan: you own the app',
    );
    expect(email.to).toEqual([{ name: '', address: 'anna@contoso.example' }]);
  });

  it.each([
    ['30', '2027-01-19T02:00:30.000Z'],
    ['2.5', '2027-01-19T02:00:02.500Z'],
    ['Tue, 19 Jan 2027 02:00:45 GMT', '2027-01-19T02:00:45.000Z'],
    [null, '2027-01-19T02:01:00.000Z'],
  ])('waits as long as a 429 asks: %s', async (retryAfter, notBefore) => {
    const headers = retryAfter === null ? {} : { 'Retry-After': retryAfter };
    const body = '{"error":{"code":"ApplicationThrottled","message":"x"}}';
    const { notifier, sent } = notifierAnswered(answer(429, body, headers));
    expect(await notifier.send(MESSAGE)).toEqual({
      status: 'throttled',
      notBefore: new Date(notBefore),
    });
    // The ledger repeats a mail, the client never does.
    expect(sent).toHaveLength(1);
  });

  it.skipIf(!HAS_COLLECTED).each([
    [403, '115-403-erroraccessdenied.json', /403 ErrorAccessDenied.*RBAC for Applications/],
    [401, '117-401-nopermissionsinaccesstoken.json', /401 NoPermissionsInAccessToken.*Mail\.Send/],
    [404, '116-404-mailboxnotenabled.txt', /404 MailboxNotEnabledForRESTAPI.*KEYTURN_MAIL_FROM/],
  ])('says what to change when it is refused with %i', async (status, file, words) => {
    const { notifier } = notifierAnswered(answer(status, collected(file)));
    const outcome = await notifier.send(MESSAGE);
    expect(outcome.status).toBe('refused');
    expect(outcome).toMatchObject({ reason: expect.stringMatching(words) });
  });

  it('understands a refusal whose body has no type and no code', async () => {
    const { notifier } = notifierAnswered(answer(403, 'Forbidden'));
    expect(await notifier.send(MESSAGE)).toMatchObject({ status: 'refused' });
  });

  it.each([
    answer(500),
    answer(503, 'busy', { 'Retry-After': '1' }),
    new TypeError('fetch failed'),
  ])('has failed, once, when Graph is in trouble or out of reach', async (trouble) => {
    const { notifier, sent } = notifierAnswered(trouble);
    expect(await notifier.send(MESSAGE)).toMatchObject({ status: 'failed' });
    expect(sent).toHaveLength(1);
  });

  it('quotes nothing of what was sent when it reports a failure', async () => {
    const body = JSON.stringify({ error: { code: 'bad code!', message: 'Bearer token anna@' } });
    const { notifier } = notifierAnswered(answer(400, body));
    const outcome = await notifier.send(MESSAGE);
    expect(JSON.stringify(outcome)).not.toMatch(/Bearer|anna@|bad code/);
  });
});
