import { describe, expect, it } from 'vitest';
import type { AlertItem } from '../../shared/alerts/alert-item.ts';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import { systemsOf } from '../../shared/alerts/playbooks.ts';
import { playbooksOf } from '../../shared/connections/playbooks-of.ts';
import { placesHolding } from '../../shared/credentials/recorded-consumers.ts';
import { alertItem, TENANT } from '../support/alerts.ts';
import { aPlace } from '../support/consumers.ts';

const LIKELY = { system: 'SmartConnect → Business Central', because: 'redirect URI' };
const PROD = aPlace();
const SANDBOX = aPlace({ id: 'bc-sand', name: 'BC Sandbox', contact: null });

function mail(items: AlertItem[], address = 'anna@contoso.example') {
  return composeMail(
    { id: 'm', address, scope: TENANT, items, playbooks: playbooksOf(systemsOf(items), []) },
    {
      now: new Date('2027-01-19T02:00:00.000Z'),
      timeZone: 'Europe/Berlin',
      portalUrl: 'https://portal.azure.com',
      publicUrl: 'https://keyturn.contoso.example',
    },
  );
}

describe('a mail about a secret whose users are on record', () => {
  const item = alertItem({ recordedConsumers: [PROD, SANDBOX], consumers: [LIKELY] });
  const { subject, text, html } = mail([item]);

  it('names what stops in its subject', () => {
    expect(mail([alertItem({ recordedConsumers: [PROD] })]).subject).toBe(
      '[Keyturn · Contoso] SmartConnect BC Prod stops Sun 31 Jan: you own the app',
    );
    expect(subject).toContain('SmartConnect BC Prod (and 1 more) stops Sun 31 Jan');
    const named = aPlace({ name: 'SmartConnect Live' });
    expect(mail([alertItem({ recordedConsumers: [named] })]).subject).toContain(
      '] SmartConnect Live stops',
    );
  });

  it('says where the Value goes, in how many places, and whom to ask there', () => {
    expect(text).toContain(
      'Used by: SmartConnect “BC Prod” (contact: erp@\u200Bcontoso.\u200Bexample); SmartConnect “BC Sandbox”\n',
    );
    expect(text).toContain(
      'Enter its Value — not the Secret ID — in these 2 places, in place of the secret whose value starts with Ab3: SmartConnect “BC Prod”; SmartConnect “BC Sandbox”.',
    );
  });

  it('has the steps of the system once for both, in their order', () => {
    expect(text).toMatch(
      /How to enter it in SmartConnect “BC Prod” \(contact: erp@.*\nHow to enter it in SmartConnect “BC Sandbox”\n1\. Open a private window.*\n2\. Connections/,
    );
    expect(text.match(/Open a private window/g)).toHaveLength(1);
    expect(html).toContain('<strong>private window</strong>');
  });

  it('does not guess what is on record already, and names what else looks like a user', () => {
    expect(text).not.toContain('judging by');
    const more = mail([
      alertItem({
        recordedConsumers: [PROD],
        consumers: [LIKELY, { system: 'GitHub Actions', because: 'its name' }],
      }),
    ]).text;
    expect(more).toContain('Look in GitHub Actions as well.');
    expect(more).toContain(
      'It looks like GitHub Actions as well (judging by: its name). If so:\n1. Open the repository',
    );
  });

  it('writes the steps of a system once in a mail', () => {
    const { text } = mail([item, alertItem({ findingId: 'x', recordedConsumers: [PROD] })]);
    expect(text.match(/Open a private window/g)).toHaveLength(1);
    expect(text).toContain('The steps are the same as above in this mail.');
  });

  it('asks whether the new secret was entered there', () => {
    expect(mail([{ ...item, supersession: 'replacementUnproven' }]).text).toContain(
      'Did you enter it in SmartConnect “BC Prod” and in SmartConnect “BC Sandbox”?',
    );
  });

  it('stays under what phones show whole, with the steps of many systems', () => {
    const systems = [
      'SmartConnect',
      'GitHub',
      'Azure DevOps',
      'App Service',
      'Logic Apps',
      'Dataverse',
    ];
    const items = Array.from({ length: 15 }, (_, index) =>
      alertItem({
        findingId: String(index),
        recordedConsumers: systems.map((system) => aPlace({ system, name: `${system} ${index}` })),
      }),
    );
    expect(mail(items).html.length).toBeLessThan(100_000);
  });
});

describe('a mail to somebody who only looks after a place', () => {
  const contact = 'erp@contoso.example';
  const other = aPlace({ id: 'other', system: 'Celigo', name: 'Shop', contact: 'x@other.example' });
  const item = alertItem({
    recordedConsumers: [other, PROD],
    consumers: [LIKELY, { system: 'GitHub Actions', because: 'its name' }],
    told: [
      { address: 'anna@contoso.example', reason: 'ownsApplication' },
      { address: contact, reason: 'consumerContact' },
    ],
    reason: 'consumerContact',
  });
  const { subject, text } = mail([item], contact);

  it('names their own system and no other (security rule 26)', () => {
    expect(subject).toContain('SmartConnect BC Prod stops');
    expect(text).toContain('How to enter it in SmartConnect “BC Prod”');
    expect(text).not.toMatch(/Celigo|GitHub|other\.example/);
  });

  it('tells them of the others only what was said about their place', () => {
    const entered = (places: string[]) => ({
      kind: 'entered' as const,
      by: 'anna@contoso.example',
      at: '2027-01-18T09:00:00.000Z',
      until: null,
      to: null,
      places,
    });
    const acts = [entered(['Celigo: Shop']), entered(['Celigo: Shop', 'SmartConnect: BC Prod'])];
    const { text } = mail([{ ...item, acts }], contact);
    expect(text.match(/the new one was entered in .*/g)).toEqual([
      expect.stringMatching(/entered in SmartConnect: BC Prod\.$/),
    ]);
    expect(text).not.toContain('Celigo');
  });

  it('names no place at all to a contact whose places are gone', () => {
    const { text } = mail([{ ...item, recordedConsumers: [other] }], contact);
    expect(text).not.toMatch(/Celigo|GitHub|other\.example/);
  });

  it('asks them to get the Value from the owners, and never by mail', () => {
    expect(text).toContain('Whoever owns the application makes the new one.');
    expect(text).toContain('never by mail');
    expect(text).not.toContain('New client secret');
    expect(text).not.toContain('portal.azure.com');
  });

  it('is complete for an owner who looks after a place as well', () => {
    const { text } = mail([{ ...item, reason: 'ownsApplication' }], contact);
    expect(text).toContain('Celigo “Shop”');
    expect(text).toContain('New client secret');
  });
});

describe('hostile names of places', () => {
  const evil = '</p><script>alert(1)</script> \u202E\r\nhttps://login.evil.example';
  it('stay text, on one line, without a link', () => {
    const consumer = aPlace({ system: evil, name: evil, contact: 'a@evil.example' });
    const { subject, text, html } = mail([alertItem({ recordedConsumers: [consumer] })]);
    expect(html).not.toMatch(/<script/);
    for (const part of [subject, text, html]) {
      expect(part).not.toMatch(/\u202E|\r|https:\/\/login|login\.evil/);
    }
  });
});

describe('the places that hold a secret', () => {
  const holding = (held: string | null) =>
    placesHolding({ otherKeyIds: ['k2'], consumers: [aPlace({ keyId: held })] }).length;

  it('are those that may hold this one: not those that hold another that works', () => {
    expect(holding('k1')).toBe(1);
    expect(holding('k2')).toBe(0);
    expect(holding(null)).toBe(1);
  });
});
