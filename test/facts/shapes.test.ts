import { describe, expect, it } from 'vitest';
import { app, ending, nightOver } from '../support/one-tenant.ts';

/** Complaints of people about other monitors, and what Keyturn does with the same input: dates, shapes, names. */

describe('dates and shapes that others got wrong', () => {
  it('facts 3 row 1: a secret without an end date is of unknown end, in numbers, and nobody is mailed', async () => {
    const absent = ending(5, { keyId: 'absent' });
    delete absent['endDateTime'];
    const house = await nightOver({
      tenant: {
        applications: [
          app('Undated', { passwordCredentials: [ending(5, { endDateTime: null }), absent] }),
        ],
      },
    });
    expect((await house.run()).counts).toMatchObject({ unknownExpiry: 2, expired: 0, expiring: 0 });
    expect((await house.findings()).map(({ status, daysLeft }) => [status, daysLeft])).toEqual([
      ['unknownExpiry', null],
      ['unknownExpiry', null],
    ]);
    expect(house.subjects()).toEqual([]);
  });

  it('facts 3 row 2: dates under another name are no dates, and a run in which nothing has one says so', async () => {
    const renamed = ['a', 'b', 'c'].map((keyId) => {
      const { endDateTime, ...secret } = ending(5, { keyId });
      return { ...secret, endDate: endDateTime };
    });
    const house = await nightOver({
      tenant: { applications: [app('Renamed', { passwordCredentials: renamed })] },
    });
    const run = await house.run();
    expect(run.counts).toMatchObject({ unknownExpiry: 3, expired: 0 });
    expect(run.reasons.join()).toContain('None of the 3 secrets and certificates');
    expect(house.mailsTo('anna@contoso.example')).toEqual([]);
    expect(house.mailsTo('operations@contoso.example')).toHaveLength(1);
  });

  it('facts 3 row 3: a credential without an end date takes nothing from its neighbours', async () => {
    const house = await nightOver({
      tenant: {
        applications: [
          app('Neighbours', {
            passwordCredentials: [
              ending(-3, { keyId: 'a' }),
              ending(0, { keyId: 'b', endDateTime: null }),
              ending(300, { keyId: 'c' }),
            ],
          }),
        ],
      },
    });
    expect((await house.run()).counts).toMatchObject({ expired: 1, unknownExpiry: 1, ok: 1 });
    const statuses = (await house.findings()).map(({ keyId, status }) => [keyId, status]);
    expect(Object.fromEntries(statuses)).toEqual({ a: 'expired', b: 'unknownExpiry' });
  });

  it('facts 3 row 5: 2299 is "never ends": no warning, and a name that people can find it by', async () => {
    const forever = { endDateTime: '2299-12-31T00:00:00Z', displayName: null, hint: '24b' };
    const house = await nightOver({
      tenant: { applications: [app('Old', { passwordCredentials: [ending(5, forever)] })] },
    });
    expect((await house.run()).counts).toMatchObject({ neverExpires: 1 });
    expect(await house.findings()).toEqual([]);
    expect(house.subjects()).toEqual([]);
  });

  it('facts 3 row 6: what ended a second ago has ended, and what ends today is not "0 days"', async () => {
    const ends = { '1 s ago': -1 / 86_400, now: 0, 'in 12 h': 0.5, 'in 6 d 23 h': 6 + 23 / 24 };
    const house = await nightOver({
      tenant: {
        applications: Object.entries(ends).map(([name, days]) =>
          app(name, { passwordCredentials: [ending(days)] }),
        ),
      },
    });
    const found = (await house.findings()).map(({ holder, status, daysLeft, stage }) => [
      holder.displayName,
      [status, daysLeft, stage],
    ]);
    expect(Object.fromEntries(found)).toEqual({
      '1 s ago': ['expired', -1, 0],
      now: ['expired', 0, 0],
      'in 12 h': ['expiring', 0, 1],
      'in 6 d 23 h': ['expiring', 6, 7],
    });
    for (const { text } of house.mailsTo('anna@contoso.example')) {
      expect(text).not.toMatch(/\b0 days/);
      expect(text).toContain('Stopped 1 minute ago');
    }
  });

  it.each([
    ['//5tAHkALQByAGEAbgBkAC0AYQBwAHAALQBzAHAALQBwAHcAZAA=', 'my-rand-app-sp-pwd'],
    ['bXAtdGVzdC1yYmFjLTEy', 'mp-test-rbac-12'],
  ])(
    'facts 3 rows 7 and 8: a name that only stands encoded in %s is read: %s',
    async (customKeyIdentifier, name) => {
      const encoded = ending(5, { displayName: null, customKeyIdentifier });
      const house = await nightOver({
        tenant: { applications: [app('Encoded', { passwordCredentials: [encoded] })] },
      });
      expect((await house.findings()).map((finding) => finding.name)).toEqual([name]);
    },
  );

  it('facts 3 row 9: Sign and Verify of one certificate are counted once', async () => {
    const entry = (usage: string, keyId: string) =>
      ending(20, {
        keyId,
        usage,
        displayName: 'CN=sso',
        customKeyIdentifier: 'p9PEYmuKhP2oaMzGfSdNQC/9ChA=',
        type: 'AsymmetricX509Cert',
      });
    const house = await nightOver({
      tenant: {
        servicePrincipals: [
          app('Travel', { keyCredentials: [entry('Sign', 'sign'), entry('Verify', 'verify')] }),
        ],
      },
    });
    expect((await house.run()).counts).toMatchObject({ credentials: 1 });
    expect(house.mailsTo('anna@contoso.example')).toHaveLength(1);
  });

  it('facts 3 row 10: the password of a SAML certificate is not a client secret', async () => {
    const shared = { customKeyIdentifier: 'p9PEYmuKhP2oaMzGfSdNQC/9ChA=', displayName: 'CN=sso' };
    const house = await nightOver({
      tenant: {
        servicePrincipals: [
          app('Travel', {
            preferredSingleSignOnMode: 'saml',
            keyCredentials: [
              ending(20, { ...shared, keyId: 'sign', usage: 'Sign', type: 'X509CertAndPassword' }),
              ending(20, {
                ...shared,
                keyId: 'verify',
                usage: 'Verify',
                type: 'AsymmetricX509Cert',
              }),
            ],
            passwordCredentials: [ending(20, { ...shared, keyId: 'sign' })],
          }),
        ],
      },
    });
    expect((await house.findings()).map(({ type }) => type)).toEqual(['samlSigningCertificate']);
    const [mail] = house.mailsTo('anna@contoso.example');
    expect(mail?.subject).toContain('Sign-in to Travel');
    expect(mail?.text).not.toMatch(/client secret|new secret/i);
  });

  it('facts 3 row 61: the mail says that the Value is entered, and not the Secret ID', async () => {
    const house = await nightOver({
      tenant: { applications: [app('Orders', { passwordCredentials: [ending(20)] })] },
    });
    const [mail] = house.mailsTo('anna@contoso.example');
    expect(mail?.text).toMatch(/Enter its Value — not the Secret ID/);
  });

  it('facts 3 row 13: what ended 400 days ago is in the report, and in no mail', async () => {
    const house = await nightOver({
      tenant: {
        applications: [
          app('Leftover', {
            passwordCredentials: [ending(-400, { keyId: 'old' }), ending(300, { keyId: 'new' })],
          }),
        ],
      },
    });
    expect((await house.findings()).map(({ keyId, status }) => [keyId, status])).toEqual([
      ['old', 'expired'],
    ]);
    expect(house.subjects()).toEqual([]);
  });

  it('facts 3 row 15: a certificate without type, usage and key id is read like any other', async () => {
    const bare = ending(5, { type: null, usage: null, keyId: null, displayName: null });
    const house = await nightOver({
      tenant: { applications: [app('Bare', { keyCredentials: [bare] })] },
    });
    expect((await house.findings()).map(({ type, status }) => [type, status])).toEqual([
      ['certificate', 'expiring'],
    ]);
    expect(house.mailsTo('anna@contoso.example')).toHaveLength(1);
  });
});
