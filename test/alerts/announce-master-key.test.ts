import { describe, expect, it } from 'vitest';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import { TENANT } from '../support/checks.ts';
import { reportingInstallation } from '../support/reporting-installation.ts';

describe('an administrator’s key that was made with the master key', () => {
  it('is told to operations at once, with what to do if nobody knows of it', async () => {
    const house = reportingInstallation({ [TENANT]: {} });
    await house.services().announceMasterKey('second');
    await house.rest();
    const message = house.reportMessages().at(-1);
    if (message === undefined) throw new Error('operations heard nothing');
    expect(house.reportMessages()).toHaveLength(1);
    expect(message.address).toBe('operations@contoso.example');
    const { subject, text } = composeMail(message, {
      now: house.clock.now(),
      timeZone: 'Europe/Berlin',
      portalUrl: 'https://portal.azure.com',
      publicUrl: 'https://keyturn.contoso.example',
    });
    expect(subject).toContain('a new administrator key was made with the master key');
    expect(text).toContain('A new administrator key “second”');
    expect(text).toContain('DELETE /api/keys/second');
    expect(text).toContain('_master');
  });
});
