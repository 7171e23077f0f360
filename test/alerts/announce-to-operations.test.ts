import { describe, expect, it } from 'vitest';
import { announceMasterKey } from '../../shared/alerts/announce-to-operations.ts';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { Services } from '../../shared/services.ts';
import { TENANT } from '../support/checks.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { reportingInstallation } from '../support/reporting-installation.ts';

/** The one mail that operations get of what is announced. */
async function mailOf(announce: (services: Services) => Promise<void>) {
  const house = reportingInstallation({ [TENANT]: {} });
  await announce(house.services());
  await house.rest();
  const [message, ...more] = house.reportMessages();
  if (message === undefined) throw new Error('operations heard nothing');
  expect(more).toEqual([]);
  expect(message.address).toBe('operations@contoso.example');
  return composeMail(message, {
    now: house.clock.now(),
    timeZone: 'Europe/Berlin',
    portalUrl: 'https://portal.azure.com',
    publicUrl: 'https://keyturn.contoso.example',
  });
}

describe('an administrator’s key that was made with the master key', () => {
  it('is told to operations at once, with what to do if nobody knows of it', async () => {
    const { subject, text } = await mailOf((services) => services.announceMasterKey('second'));
    expect(subject).toContain('a new administrator key was made with the master key');
    expect(text).toContain('A new administrator key “second”');
    expect(text).toContain('DELETE /api/keys/second');
    expect(text).toContain('_master');
  });

  it('is made all the same where nobody can be told', async () => {
    const logged: string[] = [];
    const note = (message: string) => void logged.push(message);
    await announceMasterKey(
      {
        ledger: {
          plan: () => Promise.reject(new Error('storage is away')),
        } as never,
        operations: ['operations@contoso.example'],
        deliveries: { send: async () => undefined },
        clock: fakeClock('2026-11-28T00:00:00Z'),
        log: { info: note, warn: note, error: note },
      },
      'second',
    );
    expect(logged).toEqual(['operations could not be told']);
  });
});

describe('a connect link that was used', () => {
  const used = { connectionId: 'bc-production', issuedBy: 'key:ops' };

  it('says that an account waits for approval, and how to look at it', async () => {
    const { subject, text } = await mailOf((services) =>
      services.announceLinkUsed({ ...used, result: 'pendingApproval' }),
    );
    expect(subject).toContain('bc-production waits for your approval');
    expect(text).toContain('with the link that key:ops made');
    expect(text).toContain('keyturn connections show bc-production');
    expect(text).toContain('keyturn connections approve bc-production');
  });

  it('is only news where the expected account signed in', async () => {
    const { subject, text } = await mailOf((services) =>
      services.announceLinkUsed({ ...used, result: 'connected' }),
    );
    expect(subject).toContain('the link for bc-production was used');
    expect(text).toContain('The expected account signed in');
    expect(text).not.toContain('approve bc-production');
  });
});
