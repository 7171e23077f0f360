import PostalMime from 'postal-mime';
import { afterEach, describe, expect, it } from 'vitest';
import { smtpMailNotifier } from '../../shared/alerts/smtp-mail-notifier.ts';
import type { AlertMessage, Notifier } from '../../shared/alerts/notifier.ts';
import type { SmtpSettings } from '../../shared/settings/smtp-settings.ts';
import { alertItem, TENANT } from '../support/alerts.ts';
import { fakeClock } from '../support/fake-clock.ts';
import {
  SINK_CERTIFICATE,
  smtpSink,
  type SinkOptions,
  type SmtpSink,
} from '../support/smtp-sink.ts';

const USER = { name: 'keyturn', password: 'p4ss/w@rd' };
const MESSAGE: AlertMessage = {
  id: 'c'.repeat(32),
  address: 'anna@contoso.example',
  scope: TENANT,
  items: [alertItem()],
};

let sinks: SmtpSink[] = [];
afterEach(async () => {
  await Promise.all(sinks.map((sink) => sink.stop()));
  sinks = [];
});

function notifierTo(smtp: Partial<SmtpSettings>, ca: string | null = SINK_CERTIFICATE): Notifier {
  return smtpMailNotifier({
    smtp: {
      host: '127.0.0.1',
      port: 0,
      encryption: 'startTls',
      user: USER.name,
      password: USER.password,
      ...smtp,
    },
    from: 'keyturn@contoso.example',
    clock: fakeClock('2027-01-19T02:00:00.000Z'),
    words: {
      timeZone: 'Europe/Berlin',
      portalUrl: 'https://portal.azure.com',
      publicUrl: 'https://keyturn.contoso.example',
    },
    ...(ca === null ? {} : { ca }),
  });
}

async function sent(options: SinkOptions, smtp: Partial<SmtpSettings> = {}) {
  const sink = await smtpSink({ user: USER, ...options });
  sinks.push(sink);
  const outcome = await notifierTo({ port: sink.port, ...smtp }).send(MESSAGE);
  // Whatever went wrong, nobody reads the password.
  expect(JSON.stringify(outcome)).not.toMatch(/p4ss|w@rd/);
  return { outcome, received: sink.received };
}

describe('mail by SMTP', () => {
  it('goes over STARTTLS with the user that is set, to the recipient alone', async () => {
    const { outcome, received } = await sent({});
    expect(outcome).toEqual({ status: 'accepted' });
    expect(received).toMatchObject([
      {
        from: 'keyturn@contoso.example',
        to: ['anna@contoso.example'],
        secure: true,
        user: USER.name,
      },
    ]);
    const mail = await PostalMime.parse(received[0]?.raw ?? '');
    expect(mail.subject).toBe(
      '[Keyturn · Contoso] SmartConnect BC Prod stops Sun 31 Jan: you own the app',
    );
    expect(mail.html).toContain('New client secret');
    expect(mail.messageId).toBe(`<${MESSAGE.id}@contoso.example>`);
  });

  it('goes over TLS from the first byte where that is asked for', async () => {
    const { outcome, received } = await sent({ encryption: 'tls' }, { encryption: 'tls' });
    expect(outcome).toEqual({ status: 'accepted' });
    expect(received).toMatchObject([{ secure: true }]);
  });

  it('sends neither password nor mail where the connection stays open for all to read', async () => {
    const { outcome, received } = await sent({ encryption: 'none' });
    expect(outcome).toMatchObject({
      status: 'refused',
      reason: expect.stringMatching(/no encrypted connection.*smtps/),
    });
    expect(received).toEqual([]);
  });

  it('may be plain to this machine', async () => {
    const { outcome } = await sent(
      { encryption: 'none', user: undefined as never },
      { encryption: 'none', user: null, password: '' },
    );
    expect(outcome).toEqual({ status: 'accepted' });
  });

  it('trusts no certificate that nobody vouches for', async () => {
    const sink = await smtpSink({ user: USER });
    sinks.push(sink);
    const outcome = await notifierTo({ port: sink.port }, null).send(MESSAGE);
    expect(outcome).toMatchObject({ reason: expect.stringMatching(/certificate|encrypted/) });
    expect(sink.received).toEqual([]);
  });

  it('is refused with what to change where the password is wrong', async () => {
    const { outcome } = await sent({}, { password: 'p4ss-wrong' });
    expect(outcome).toMatchObject({
      status: 'refused',
      reason: expect.stringMatching(/does not accept the user name or password.*535 5\.7\.8/),
    });
  });
});

describe('what a mail server answers', () => {
  it.each([
    ['connect', 421, '4.3.2 Service not available', 'throttled'],
    ['mailFrom', 450, '4.7.1 Greylisted', 'throttled'],
    ['rcptTo', 452, '4.5.3 Too many recipients', 'throttled'],
    ['data', 451, '4.7.500 Server busy. Please try again later', 'throttled'],
    ['data', 451, '4.3.0 Local error in processing', 'failed'],
    ['mailFrom', 550, '5.7.60 Client does not have permissions to send as this sender', 'refused'],
    ['rcptTo', 550, '5.1.1 User unknown', 'refused'],
    ['data', 554, '5.7.1 Rejected as spam', 'refused'],
  ] as const)('at %s: %i %s is %s', async (at, code, text, status) => {
    const { outcome } = await sent({ refuse: { at, code, text } });
    expect(outcome.status).toBe(status);
    if (outcome.status === 'throttled')
      expect(outcome.notBefore).toEqual(new Date('2027-01-19T02:05:00.000Z'));
    else
      expect(outcome).toMatchObject({
        reason: expect.stringContaining(`${code} ${text.split(' ')[0]}`),
      });
    // Its own words stay with it: they may quote anything.
    expect(JSON.stringify(outcome)).not.toContain(text);
  });

  it('nothing, in the middle of a message, is a failed try', async () => {
    const { outcome } = await sent({ hangsUp: true });
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringMatching(/no usable/) });
  });

  it('nothing at all is one too', async () => {
    const sink = await smtpSink({});
    await sink.stop();
    expect(await notifierTo({ port: sink.port }).send(MESSAGE)).toMatchObject({ status: 'failed' });
  });
});
