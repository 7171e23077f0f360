import { describe, expect, it } from 'vitest';
import type { AlertItem } from '../../shared/alerts/alert-item.ts';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { Proof } from '../../shared/expiry/proof.ts';
import { alertItem, replacedBy, TENANT } from '../support/alerts.ts';

const options = {
  now: new Date('2027-01-19T02:00:00Z'),
  timeZone: 'Europe/Berlin',
  portalUrl: 'https://portal.azure.com',
  publicUrl: null,
};
const PROOF: Proof = {
  by: 'consumers',
  oldSeenAt: null,
  newSeenAt: null,
  saidAt: '2027-01-18T09:00:00.000Z',
  saidBy: 'anna@contoso.example',
  stillUsed: false,
  unproven: [],
};
const REPLACED = replacedBy('new');

function note(changes: Record<string, unknown>): AlertItem {
  return { ...alertItem(), ...changes };
}

function mailOf(...items: AlertItem[]) {
  const message = { id: 'm', address: 'anna@contoso.example', scope: TENANT, items };
  const { subject, text, html } = composeMail(message, options);
  return { subject, text: text.replaceAll('\u200B', ''), html };
}

describe('the note that something is done', () => {
  it('says so in the subject, how we know, and what may be deleted', () => {
    const done = note({ kind: 'done', how: 'replaced', proof: PROOF, ...REPLACED });
    const { subject, text } = mailOf(done);
    expect(subject).toBe(
      '[Keyturn · Contoso] Done: SmartConnect BC Prod no longer stops (was: Sun 31 Jan)',
    );
    expect(text).toContain('DONE: NOTHING IS LEFT TO DO');
    expect(text).toContain('Done: its replacement is in use');
    expect(text).toContain(
      'every place on record holds the new one (anna@contoso.example said so last)',
    );
    expect(text).toContain('The old one may be deleted');
    expect(text).not.toContain('What to do');
  });

  it('does not say "no longer stops" of what has stopped', () => {
    const ended = note({ kind: 'done', how: 'gone', expiresAt: '2027-01-07T00:00:00.000Z' });
    expect(mailOf(ended).subject).toBe(
      '[Keyturn · Contoso] Done: SmartConnect BC Prod is taken care of (ended Thu 7 Jan)',
    );
  });

  it('says by what else it is known', () => {
    const by = (proof: Partial<Proof>) =>
      mailOf(note({ kind: 'done', how: 'replaced', ...REPLACED, proof: { ...PROOF, ...proof } }))
        .text;
    expect(by({ by: 'connections' })).toContain('Keyturn itself signs in with the new one');
    expect(by({ by: 'signIns', oldSeenAt: '2027-01-10T09:00:00.000Z' })).toContain(
      'only the new one is used to sign in; the old one was last seen Sun 10 Jan (up to a day late)',
    );
    expect(mailOf(note({ kind: 'done', how: 'gone' })).text).toContain('it was deleted, or moved');
    expect(mailOf(note({ kind: 'done', how: 'renewed' })).text).toContain('renewed itself');
  });

  it('comes after what needs somebody, and is not counted with it', () => {
    const done = note({
      kind: 'done',
      how: 'gone',
      findingId: 'a',
      expiresAt: '2027-01-20T00:00:00.000Z',
    });
    const { subject, text } = mailOf(done, alertItem());
    expect(subject).toBe(
      '[Keyturn · Contoso] SmartConnect BC Prod stops Sun 31 Jan: you own the app',
    );
    expect(text).toContain('A SECRET OR CERTIFICATE NEEDS YOU');
    expect(text.indexOf('Stops Sun 31 Jan')).toBeLessThan(text.indexOf('no longer there'));
  });

  it('makes nothing of what somebody called an application', () => {
    const holder = { ...alertItem().holder, displayName: '<script>alert(1)</script>\r\nBcc: x@y' };
    const { subject, html } = mailOf(note({ kind: 'done', how: 'gone', holder }));
    expect(subject).not.toMatch(/[\r\n]/);
    expect(html).not.toContain('<script>');
  });
});

describe('the question on the old end date', () => {
  it('asks whether everything works, and names the places and the new one', () => {
    const place = {
      id: 'bc',
      system: 'SmartConnect',
      name: 'BC Prod',
      contact: null,
      keyId: 'new',
      enteredAt: null,
      confirmedAt: null,
      confirmedBy: null,
    };
    const asked = note({ kind: 'recheck', ...REPLACED, recordedConsumers: [place] });
    const { subject, text } = mailOf(asked);
    expect(subject).toBe(
      '[Keyturn · Contoso] The old secret of SmartConnect BC Prod ended: does everything still work?',
    );
    expect(text).toContain('The old secret ended. Does everything still work?');
    expect(text).toContain('“BC Prod 2027” whose value starts with Xy9');
    expect(text).toContain('SmartConnect “BC Prod”');
    expect(mailOf(note({ kind: 'recheck', ...REPLACED })).text).toContain('Used by: unknown');
    const certificate = mailOf(note({ kind: 'recheck', ...REPLACED, type: 'certificate' }));
    expect(certificate.subject).toContain('The old certificate of');
    expect(certificate.text).not.toMatch(/secret .*ended|Value there/);
  });
});
