import { describe, expect, it } from 'vitest';
import { createChannelStates } from '../../shared/alerts/channel-states.ts';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { AlertMessage, Notifier, SendOutcome } from '../../shared/alerts/notifier.ts';
import { testChannel } from '../../shared/alerts/test-channel.ts';
import { channelHealth, channelWarning } from '../../shared/wiring/channel-health.ts';
import { createLog } from '../../shared/log.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import { fakeClock } from '../support/fake-clock.ts';

const NOW = '2027-01-19T02:00:00.000Z';

function setUp(outcome: SendOutcome = { status: 'accepted' }) {
  const clock = fakeClock(NOW);
  const sent: AlertMessage[] = [];
  const notifiers = ['mail', 'teams'].map((channel): Notifier => ({
    channel,
    send: async (message) => {
      sent.push(message);
      return outcome;
    },
  }));
  const log = createLog(() => undefined);
  const states = createChannelStates({ openTable: memoryTables().open, clock, log });
  const operations = ['ops@contoso.example', 'night@contoso.example'];
  const warningOf = () => null;
  const deps = { notifiers, operations, states, warningOf, clock, newId: () => 'id-1', log };
  return { deps, sent, states, clock };
}

describe('a test message', () => {
  it('goes by mail to everybody in operations (facts 3 row 71: can I tell that it works?)', async () => {
    const { deps, sent } = setUp();
    expect(await testChannel(deps, 'mail')).toEqual({
      channel: 'mail',
      status: 'accepted',
      detail: expect.stringMatching(/Accepted is not delivered: look into the mailbox of ops@/),
      sentTo: ['ops@contoso.example', 'night@contoso.example'],
    });
    const [message] = sent as [AlertMessage];
    const mail = composeMail(message, {
      now: new Date(NOW),
      timeZone: 'Europe/Berlin',
      portalUrl: 'https://portal.azure.com',
      publicUrl: 'https://keyturn.contoso.example',
    });
    expect(mail.subject).toBe('[Keyturn] test message');
    expect(mail.text).toContain('Somebody asked Keyturn for this message');
  });

  it('says what is wrong and what to do (facts 3 row 77: a policy that has not arrived yet)', async () => {
    const reason = 'Microsoft Graph does not let Keyturn send … a change can take two hours.';
    const { deps, states } = setUp({ status: 'refused', reason });
    expect(await testChannel(deps, 'mail')).toMatchObject({ status: 'refused', detail: reason });
    expect(await states.of('mail')).toMatchObject({ lastFailure: NOW, because: reason });
  });

  it('says of an address on logic.azure.com that it was switched off, accepted or not', async () => {
    const teams = { url: 'https://prod.logic.azure.com/x?sig=s1gn4ture', isRetired: true };
    const warningOf = (channel: string) => channelWarning({ teams }, channel);
    const reason = 'The workflow answered 404.';
    for (const outcome of [{ status: 'accepted' }, { status: 'refused', reason }] as const) {
      const { deps } = setUp(outcome);
      const { status, detail } = await testChannel({ ...deps, warningOf }, 'teams');
      expect(status).toBe(outcome.status);
      expect(detail).toContain('logic.azure.com, whose addresses were switched off');
      expect(detail).not.toContain('s1gn4ture');
      const mail = await testChannel({ ...deps, warningOf }, 'mail');
      expect(mail.detail).not.toContain('logic.azure.com');
    }
  });

  it('says how to switch a channel on that is off', async () => {
    const { deps, sent } = setUp();
    expect(await testChannel(deps, 'webhook')).toMatchObject({
      status: 'off',
      detail: expect.stringContaining('KEYTURN_WEBHOOK_URL'),
    });
    expect(await testChannel({ ...deps, operations: [] }, 'mail')).toMatchObject({
      status: 'off',
      detail: expect.stringContaining('KEYTURN_OPERATIONS_RECIPIENTS'),
    });
    expect(sent).toEqual([]);
  });
});

describe('the state of the channels', () => {
  const settings = {
    mail: { transport: 'none' as const },
    teams: { url: 'https://prod.logic.azure.com/x?sig=s1gn4ture', isRetired: true },
    webhook: { url: 'https://h.example/k3y', secrets: ['whsec_x'] },
  };

  it('says what is on, how it did last, and what will break, without a secret', async () => {
    const { deps, states, clock } = setUp();
    await testChannel(deps, 'teams');
    clock.advance(60_000);
    await states.note('webhook', { status: 'refused', reason: 'Check the receiver.' });
    const health = await channelHealth(settings, states);
    expect(health).toEqual([
      {
        channel: 'mail',
        state: 'off',
        lastSuccess: null,
        lastFailure: null,
        because: null,
        warning: null,
      },
      {
        channel: 'teams',
        state: 'on',
        lastSuccess: NOW,
        lastFailure: null,
        because: null,
        warning: expect.stringMatching(/switched off on 30 November 2025/),
      },
      {
        channel: 'webhook',
        state: 'on',
        lastSuccess: null,
        lastFailure: '2027-01-19T02:01:00.000Z',
        because: 'Check the receiver.',
        warning: null,
      },
    ]);
    expect(JSON.stringify(health)).not.toMatch(/s1gn4ture|k3y|whsec/);
  });

  it('is no reason to lose a message: trouble in keeping it is only logged', async () => {
    const lines: string[] = [];
    const broken = () => {
      throw new Error('down');
    };
    const states = createChannelStates({
      openTable: () => ({ get: broken, put: broken }) as never,
      clock: fakeClock(NOW),
      log: createLog((line) => lines.push(line)),
    });
    await states.note('mail', { status: 'accepted' });
    expect(lines).toHaveLength(1);
  });
});
