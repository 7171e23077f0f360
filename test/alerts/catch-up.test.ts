import { describe, expect, it } from 'vitest';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { SourceEvent } from '../../shared/credentials/credential-source.ts';
import { directoryOf, TENANT } from '../support/checks.ts';
import { directoryObject, rawCredential } from '../support/directory.ts';
import { reportingInstallation } from '../support/reporting-installation.ts';

const MINUTE_MS = 60_000;

describe('a nightly check whose timer did not come', () => {
  it('is found by the sweep, made up for once, and told to operations with the warnings of that night', async () => {
    const house = reportingInstallation({ [TENANT]: { events: directoryWithSecret() } });
    await house.night();
    const before = house.accepted.length;
    // Nothing but the sweep runs on the next day.
    house.clock.set('2026-11-26T02:05:00Z');
    await house.rest();
    while (house.clock.now() < new Date('2026-11-27T00:00:00Z')) {
      house.clock.advance(60 * MINUTE_MS);
      await house.rest();
    }
    const made = house.accepted.slice(before);
    const told = house.reports().filter(({ kind }) => kind === 'catchUp');
    expect(told).toMatchObject([{ kind: 'catchUp', dueAt: '2026-11-26T02:00:00.000Z' }]);
    expect(
      made.flatMap(({ address, items }) => items.map(({ kind }) => `${kind} to ${address}`)),
    ).toEqual(['ends to fallback@contoso.example']);
    const [message] = made.filter(({ reports = [] }) => reports.some((one) => one === told[0]));
    if (message === undefined) throw new Error('operations heard nothing');
    const { subject, text } = composeMail(message, {
      now: house.clock.now(),
      timeZone: 'Europe/Berlin',
      portalUrl: 'https://portal.azure.com',
      publicUrl: 'https://keyturn.contoso.example',
    });
    expect(message.address).toBe('operations@contoso.example');
    expect(subject).toMatch(/the check that was due Thu 26 Nov.* 03:00.* started late/);
    expect(text).toContain('The timer did not start the nightly check');
    expect(text).toMatch(/Due Thu 26 Nov.*03:00.*; started Thu 26 Nov.*03:\d\d/);
    expect(text).toContain('restarting the app starts them');
  });
});

/** Crosses its threshold of 30 days between the night that came and the one that did not. */
function directoryWithSecret(): SourceEvent[] {
  const secret = rawCredential({
    startsAt: new Date('2025-12-26T00:00:00Z'),
    expiresAt: new Date('2026-12-25T12:00:00Z'),
  });
  return [...directoryOf([directoryObject({ passwordCredentials: [secret] })])];
}
