import { describe, expect, it } from 'vitest';
import type { AlertItem } from '../../shared/alerts/alert-item.ts';
import { composeMail, type MailOptions } from '../../shared/alerts/mail-message.ts';
import { alertItem, TENANT } from '../support/alerts.ts';

const OTHER_TENANT = '99999999-9999-4999-8999-999999999999';

const OPTIONS: MailOptions = {
  now: new Date('2027-01-19T02:00:00.000Z'),
  timeZone: 'Europe/Berlin',
  portalUrl: 'https://portal.azure.com',
  publicUrl: 'https://keyturn.contoso.example',
};

const ENTERPRISE = {
  type: 'servicePrincipal',
  objectId: '22222222-2222-4222-8222-222222222222',
  appId: '33333333-3333-4333-8333-333333333333',
  displayName: 'Travel portal',
} as const;

function mail(
  items: AlertItem[],
  { scope = TENANT, ...options }: Partial<MailOptions & { scope: string }> = {},
) {
  return composeMail(
    { id: 'message-1', address: 'anna@contoso.example', scope, items },
    { ...OPTIONS, ...options },
  );
}

const SMARTCONNECT = alertItem({
  consumers: [{ system: 'SmartConnect → Business Central', because: 'redirect URI' }],
  owners: ['Anna Berg', 'Bob'],
  told: [
    { address: 'anna@contoso.example', reason: 'ownsApplication' },
    { address: 'bob@contoso.example', reason: 'ownsApplication' },
    { address: 'fallback@contoso.example', reason: 'withinAWeek' },
  ],
});

describe('the mail about one secret', () => {
  it('says what stops, when, whose it is, what to do and why it came', () => {
    const { subject, text, to, id } = mail([SMARTCONNECT]);
    expect({ to, id }).toEqual({ to: 'anna@contoso.example', id: 'message-1' });
    expect(subject).toBe(
      '[Keyturn · Contoso] SmartConnect BC Prod stops Sun 31 Jan: you own the app',
    );
    expect(text).toMatchInlineSnapshot(`
      "A SECRET OR CERTIFICATE NEEDS YOU

      == Contoso ==

      SmartConnect BC Prod
      Stops Sun 31 Jan, 14:32 (Berlin), in 12 days, a weekend: do it by Fri 29 Jan

      What ends: Client secret “BC Prod” whose value starts with Ab3
      Used by: SmartConnect → Business Central (judging by: redirect URI)
      Owned by: Anna Berg, Bob
      Application ID: 33333333-3333-4333-8333-333333333333

      What to do:
      1. Open portal.azure.com → App registrations → All applications, search for 33333333-3333-4333-8333-333333333333 (“SmartConnect BC Prod”) → Certificates & secrets.
      2. New client secret: create a new secret and copy its Value at once, as the portal shows it only now.
      3. Enter its Value — not the Secret ID — in SmartConnect → Business Central, in place of the secret whose value starts with Ab3.
      4. When everything works with the new one, delete the old one.

      Open it on portal.azure.com:
      https://portal.azure.com/#@11111111-1111-4111-8111-111111111111/view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/33333333-3333-4333-8333-333333333333

      Also told: bob@contoso.example (owns the application), fallback@contoso.example (on the fallback list).
      You get this because you own the application.

      -- 
      Keyturn never asks for a secret, a password or a code by mail. Everything here can be done without following a link.

      Sent by Keyturn, which watches when secrets and certificates of your applications end. Questions: ask whoever runs it in your organisation.
      "
    `);
  });

  it('says the same in HTML', async () => {
    const { html } = mail([SMARTCONNECT]);
    await expect(html).toMatchFileSnapshot('../fixtures/mail/one-secret.html.golden');
  });

  it('has one link, to the portal of the cloud, and the way there without it', () => {
    const linksOf = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url);
    expect(linksOf(mail([SMARTCONNECT]).html)).toEqual([
      `https://portal.azure.com/#@${TENANT}/view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/33333333-3333-4333-8333-333333333333`,
    ]);
    const china = mail([SMARTCONNECT], { portalUrl: 'https://portal.azure.cn' });
    expect(linksOf(china.html)[0]).toMatch(/^https:\/\/portal\.azure\.cn\/#@/);
    expect(china.text).toContain('Open portal.azure.cn → App registrations → All applications');
  });

  it('asks whether a new secret was entered, when nobody can see that', () => {
    const { subject, text } = mail([{ ...SMARTCONNECT, supersession: 'replacementUnproven' }]);
    expect(subject).toContain('SmartConnect BC Prod may stop Sun 31 Jan');
    expect(text).toContain(
      'A new secret exists. We cannot see who uses it. Did you enter it in SmartConnect → Business Central?',
    );
  });

  it('names every place that needs the new value', () => {
    const consumers = ['SmartConnect', 'Power Automate'].map((system) => ({
      system,
      because: 'x',
    }));
    const { text } = mail([alertItem({ consumers })]);
    expect(text).toContain(
      'Enter its Value — not the Secret ID — in each of these 2 places, in place of the secret whose value starts with Ab3: SmartConnect; Power Automate.',
    );
  });

  it('leaves the link out where an id is none, instead of building a wrong one', () => {
    const holder = { ...alertItem().holder, appId: 'x/../../evil' };
    expect(mail([alertItem({ holder })]).html).not.toContain('href');
  });
});

describe('the steps', () => {
  it('say that the vault has renewed a certificate and the application has not', () => {
    const keptIn = { vault: 'contoso-kv', name: 'shop', renewedAt: '2026-09-10T00:00:00.000Z' };
    const { text } = mail([alertItem({ type: 'certificate', hint: null, keptIn })]);
    expect(text).toContain('Renewed in the vault, not on the application.');
    expect(text).toContain('since 2026-09-10');
    expect(text).toContain('contoso-kv → Certificates → shop → its newest version');
    const current = mail([
      alertItem({ type: 'certificate', hint: null, keptIn: { ...keptIn, renewedAt: null } }),
    ]);
    expect(current.text).not.toContain('Renewed in the vault');
    expect(current.text).toContain('shop → New version');
  });

  it('do not ask for a new SAML certificate to be entered, but made active', () => {
    const { text } = mail([
      alertItem({ type: 'samlSigningCertificate', supersession: 'replacementUnproven' }),
    ]);
    expect(text).toContain('It signs nobody in until it is made active');
  });

  it('are those that an operator wrote for an entry of the list, one harmless line each', () => {
    const steps = ['Ask Fabrikam\nfor a new password', 'Enter it at https://sftp.example'];
    const { text } = mail([alertItem({ type: 'manual', steps })]);
    expect(text).toContain('Ask Fabrikam for a new password');
    expect(text).not.toContain('https://sftp.example');
  });

  it('lead to an item of a vault by its own address in the portal', () => {
    const holder = {
      type: 'vault' as const,
      objectId: 'contoso-kv.vault.azure.net',
      appId: null,
      displayName: 'contoso-kv',
    };
    const item = { type: 'keyVaultSecret' as const, holder, hint: null };
    const { html, text } = mail([alertItem({ ...item, keyId: 'secrets/sftp-password' })]);
    const url =
      'https://portal.azure.com/#@11111111-1111-4111-8111-111111111111/asset/Microsoft_Azure_KeyVault/Secret/https://contoso-kv.vault.azure.net/secrets/sftp-password';
    expect(html).toContain(url);
    expect(text).toContain('whatever reads it');
    const odd = mail([alertItem({ ...item, keyId: 'secrets/../x?y' })]);
    expect(odd.html).not.toContain('asset/');
  });

  it.each([
    ['certificate', alertItem().holder, 'Upload certificate: upload the public part only'],
    ['samlSigningCertificate', ENTERPRISE, 'Make certificate active'],
    ['clientSecret', ENTERPRISE, `az ad sp credential reset --id ${ENTERPRISE.objectId} --append`],
    ['certificate', ENTERPRISE, '--create-cert'],
    ['keyVaultSecret', { ...ENTERPRISE, type: 'vault' }, 'Key vaults → Travel portal → Secrets'],
    ['keyVaultCertificate', { ...ENTERPRISE, type: 'vault' }, '→ Certificates →'],
    ['manual', { ...ENTERPRISE, type: 'manual' }, 'Get a new “BC Prod” from whoever issues it.'],
  ] as const)('fit a %s of %o', (type, holder, step) => {
    expect(mail([alertItem({ type, holder, hint: null })]).text).toContain(step);
  });

  it('put nothing into a command that is not an id', () => {
    const holder = { ...ENTERPRISE, objectId: 'x; rm -rf ~', appId: null };
    expect(mail([alertItem({ holder })]).text).toContain('--id {object id}');
  });
});

describe('the mail about several', () => {
  const soon = alertItem({ findingId: 's', expiresAt: '2027-01-20T08:00:00.000Z' });
  const ended = alertItem({ findingId: 'e', expiresAt: '2027-01-17T08:00:00.000Z' });

  it('begins with what stops next and counts the others in the subject', () => {
    const { subject, text } = mail([ended, SMARTCONNECT, soon]);
    expect(subject).toBe(
      '[Keyturn · Contoso] SmartConnect BC Prod stops tomorrow, Wed 20 Jan, and 2 more',
    );
    const order = ['tomorrow', 'in 12 days, a weekend: do it by Fri 29 Jan', '2 days ago'].map(
      (words) => text.indexOf(words),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('has a section for each tenant, and no tenant in the subject', () => {
    const { subject, text } = mail(
      [SMARTCONNECT, { ...soon, tenantId: OTHER_TENANT, tenantName: null }],
      {
        scope: '*',
      },
    );
    expect(subject).toMatch(/^\[Keyturn\] /);
    expect(text).toContain('== Contoso ==');
    expect(text).toContain(`== Tenant ${OTHER_TENANT} ==`);
  });

  it('writes fifteen out and counts the rest, tenant by tenant, so that the sum is right', () => {
    const items = Array.from({ length: 40 }, (_, index) => ({
      ...SMARTCONNECT,
      findingId: String(index).padStart(2, '0'),
      tenantId: index % 4 === 0 ? OTHER_TENANT : TENANT,
    }));
    const { subject, text, html } = mail(items, { scope: '*' });
    const written = text.match(/What ends:/g)?.length ?? 0;
    const rest = [...text.matchAll(/(\d+) more, not written out/g)].map(([, count]) =>
      Number(count),
    );
    expect(subject).toContain('and 39 more');
    expect(written).toBe(15);
    expect(rest).toHaveLength(2);
    expect(written + rest.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(text).toContain('the list is on https://keyturn.contoso.example');
    // What a mail program shows whole.
    expect(html.length).toBeLessThan(100_000);
  });
});

describe('the mails to operations', () => {
  it('say in a preview who would get what', () => {
    const { subject, text } = mail([SMARTCONNECT], { scope: 'preview' });
    expect(subject).toBe('[Keyturn · Contoso] Preview: 1 warning for 3 people, none sent');
    expect(text).toContain(
      'Would be told: anna@contoso.example (owns the application), bob@contoso.example (owns the application), fallback@contoso.example (on the fallback list)',
    );
    expect(text).not.toContain('What to do');
  });

  it('are the mails themselves in operations mode', () => {
    const { subject, text } = mail([{ ...SMARTCONNECT, reason: 'operations' }], {
      scope: 'operations',
    });
    expect(subject).toMatch(/^\[Keyturn · Contoso · operations\] SmartConnect BC Prod stops/);
    expect(text).toContain('What to do');
    expect(text).toContain('When alerts are live, this goes to: anna@contoso.example');
  });

  it('say what could not be delivered, to whom and why', () => {
    const lost: AlertItem = {
      ...SMARTCONNECT,
      kind: 'undelivered',
      address: 'anna@contoso.example',
      because: 'The mailbox cannot send.',
      reason: 'operations',
    };
    const { subject, text } = mail([lost], { scope: 'notices' });
    expect(subject).toContain('1 warning could not be delivered: SmartConnect BC Prod stops');
    expect(text).toContain('Not delivered to: anna@contoso.example (owns the application)');
    expect(text).toContain('Because: The mailbox cannot send.');
  });
});

describe('hostile names', () => {
  const evil =
    '</p><script>alert(1)</script> "&\' \r\nBcc: x@evil.example \u202Eevil https://login.evil.example/x www.evil.example';
  const { subject, text, html } = mail([
    alertItem({
      tenantName: evil,
      name: evil,
      hint: '<b>',
      owners: [evil],
      consumers: [{ system: evil, because: evil }],
      holder: { ...alertItem().holder, displayName: evil },
    }),
  ]);

  it('stay text in HTML', () => {
    expect(html).not.toMatch(/<script|<b>|<\/p>\s*<script/);
    expect(html).toContain('&lt;script&gt;');
    expect([...html.matchAll(/<a /g)]).toHaveLength(1);
  });

  it('add no line to the subject and turn nothing around', () => {
    for (const part of [subject, text, html]) expect(part).not.toMatch(/\r|\u202E/);
    expect(subject).not.toMatch(/\p{Cc}/u);
    expect(text).not.toMatch(/^Bcc:/m);
  });

  it('hold nothing that a mail program would turn into a link', () => {
    for (const part of [subject, text, html]) {
      expect(part).not.toMatch(/evil\.example|https:\/\/login|x@evil/);
    }
  });
});

describe('when', () => {
  const subjectAt = (now: string, timeZone = 'Europe/Berlin') =>
    mail([SMARTCONNECT], { now: new Date(now), timeZone });

  it.each([
    [
      '2027-01-19T02:00:00Z',
      'Stops Sun 31 Jan, 14:32 (Berlin), in 12 days, a weekend: do it by Fri 29 Jan',
    ],
    [
      '2026-12-19T02:00:00Z',
      'Stops Sun 31 Jan 2027, 14:32 (Berlin), in 43 days, a weekend: do it by Fri 29 Jan',
    ],
    ['2027-01-30T22:59:00Z', 'Stops Sun 31 Jan, 14:32 (Berlin), tomorrow, a weekend'],
    ['2027-01-30T23:01:00Z', 'Stops today, Sun 14:32 (Berlin)'],
    ['2027-01-31T13:31:59Z', 'Stops today, Sun 14:32 (Berlin)'],
    ['2027-01-31T13:32:00Z', 'Stopped 1 minute ago'],
    ['2027-01-31T13:52:00Z', 'Stopped 20 minutes ago'],
    ['2027-01-31T15:32:00Z', 'Stopped 2 hours ago, Sun 14:32 (Berlin)'],
    ['2027-02-02T15:32:00Z', 'Stopped Sun 31 Jan, 14:32 (Berlin), 2 days ago'],
  ])('at %s it says %s', (now, words) => {
    expect(subjectAt(now).text).toContain(`\n${words}\n`);
  });

  it('is told in the time zone of the installation', () => {
    expect(subjectAt('2027-01-19T02:00:00Z', 'Pacific/Auckland').text).toContain(
      'Stops Mon 1 Feb, 02:32 (Auckland), in 13 days',
    );
    expect(subjectAt('2027-01-31T23:00:00Z', 'America/New_York').subject).toContain(
      'stopped today 08:32',
    );
  });
});
