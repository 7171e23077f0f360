import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialsOf } from '../../shared/credentials/credentials-of.ts';
import { directoryObject, rawCredential } from '../support/directory.ts';

const start = new Date('2026-01-01T00:00:00Z');
const end = new Date('2027-01-01T00:00:00Z');
const THUMBPRINT = 'DA20FCA696C4F83E8A9AED59BE33368ED421F3C1';
const AS_BASE64 = Buffer.from(THUMBPRINT, 'hex').toString('base64');

/** What addTokenSigningCertificate leaves behind. */
function samlTriple(overrides: { customKeyIdentifier?: string | null } = {}) {
  const shared = { customKeyIdentifier: AS_BASE64, startsAt: start, expiresAt: end, ...overrides };
  const signing = { displayName: 'CN=Contoso SSO', keyType: 'X509CertAndPassword' };
  return {
    keyCredentials: [
      rawCredential({ ...shared, ...signing, keyId: 'sign', usage: 'Sign' }),
      rawCredential({
        ...shared,
        ...signing,
        keyId: 'verify',
        usage: 'Verify',
        keyType: 'AsymmetricX509Cert',
      }),
    ],
    passwordCredentials: [rawCredential({ ...shared, keyId: 'sign' })],
  };
}

describe('credentialsOf', () => {
  it('lists secrets and certificates with their names, hints and thumbprints', () => {
    const credentials = credentialsOf(
      directoryObject({
        passwordCredentials: [rawCredential({ keyId: 'p', hint: 'Ab3', expiresAt: end })],
        keyCredentials: [
          rawCredential({ keyId: 'k', displayName: 'CN=x', customKeyIdentifier: THUMBPRINT }),
        ],
      }),
    );
    expect(credentials).toMatchObject([
      { type: 'certificate', keyId: 'k', name: 'CN=x', thumbprint: THUMBPRINT, hint: null },
      { type: 'clientSecret', keyId: 'p', name: 'starts with Ab3', thumbprint: null, hint: 'Ab3' },
    ]);
  });

  it('shows a SAML signing certificate once, not as two certificates and a secret', () => {
    const object = directoryObject({ type: 'servicePrincipal', ...samlTriple() });
    expect(credentialsOf(object)).toMatchObject([
      {
        type: 'samlSigningCertificate',
        keyId: 'sign',
        name: 'CN=Contoso SSO',
        thumbprint: THUMBPRINT,
        expiresAt: end,
      },
    ]);
  });

  it('recognises the three entries when one writes the thumbprint in hexadecimal', () => {
    const { keyCredentials, passwordCredentials } = samlTriple();
    const object = directoryObject({
      keyCredentials: keyCredentials.map((key) =>
        key.usage === 'Verify' ? { ...key, customKeyIdentifier: THUMBPRINT } : key,
      ),
      passwordCredentials,
    });
    expect(credentialsOf(object)).toHaveLength(1);
  });

  it('knows the password by the Sign key’s keyId where no identifier was exported', () => {
    const credentials = credentialsOf(directoryObject(samlTriple({ customKeyIdentifier: null })));
    expect(credentials.map(({ type }) => type)).toEqual(['samlSigningCertificate', 'certificate']);
  });

  it('keeps two SAML certificates and a real client secret apart', () => {
    const first = samlTriple();
    const second = samlTriple({ customKeyIdentifier: '11'.repeat(20) });
    const object = directoryObject({
      keyCredentials: [
        ...first.keyCredentials,
        ...second.keyCredentials.map((key) => ({ ...key, keyId: `${key.keyId ?? ''}-2` })),
      ],
      passwordCredentials: [
        ...first.passwordCredentials,
        ...second.passwordCredentials.map((key) => ({ ...key, keyId: 'sign-2' })),
        rawCredential({ keyId: 'secret', displayName: 'API' }),
      ],
    });
    expect(credentialsOf(object).map(({ type, keyId }) => [type, keyId])).toEqual([
      ['samlSigningCertificate', 'sign'],
      ['samlSigningCertificate', 'sign-2'],
      ['clientSecret', 'secret'],
    ]);
  });

  it('does not fold a certificate that only verifies with a secret of the same keyId', () => {
    const object = directoryObject({
      keyCredentials: [rawCredential({ keyId: 'same', usage: 'Verify' })],
      passwordCredentials: [rawCredential({ keyId: 'same' })],
    });
    const credentials = credentialsOf(object);
    expect(credentials.map(({ type }) => type)).toEqual(['certificate', 'clientSecret']);
    expect(new Set(credentials.map(({ id }) => id)).size).toBe(2);
  });

  it('gives the same keyId under two holders two ids', () => {
    const secrets = [rawCredential({ keyId: 'same' })];
    const [one] = credentialsOf(directoryObject({ objectId: 'a', passwordCredentials: secrets }));
    const [two] = credentialsOf(directoryObject({ objectId: 'b', passwordCredentials: secrets }));
    const [three] = credentialsOf(
      directoryObject({ type: 'servicePrincipal', objectId: 'a', passwordCredentials: secrets }),
    );
    expect(new Set([one?.id, two?.id, three?.id]).size).toBe(3);
  });

  it('recognises a credential whose GUIDs another export wrote in capitals', () => {
    const keyId = 'a2f1c79b-37f2-06a9-039f-c8daf23baeed';
    const idFor = (id: string) =>
      credentialsOf(directoryObject({ passwordCredentials: [rawCredential({ keyId: id })] }))[0]
        ?.id;
    expect(idFor(keyId.toUpperCase())).toBe(idFor(keyId));
  });

  it('lists nothing for arrays that were not read, and does not fail', () => {
    const object = directoryObject({ passwordCredentials: null, keyCredentials: null });
    expect(credentialsOf(object)).toEqual([]);
  });

  it('names what has no name at all', () => {
    const object = directoryObject({ passwordCredentials: [rawCredential({ keyId: null })] });
    expect(credentialsOf(object)[0]?.name).toBe('secret without a name');
  });

  it('gives every credential its own id, the same in every order, with keyIds masked or missing', () => {
    const keyId = fc.constantFrom(null, '', '<guid>', 'yyyyyyyy', 'a/b#c?d\\e', '\ud800');
    const secret = fc.record({
      keyId,
      hint: fc.constantFrom(null, 'Ab3', 'xxx'),
      expiresAt: fc.constantFrom(null, start, end, new Date(Number.NaN)),
    });
    fc.assert(
      fc.property(
        fc.array(secret, { maxLength: 6 }),
        fc.array(secret, { maxLength: 3 }),
        (p, k) => {
          const object = directoryObject({
            objectId: null,
            appId: null,
            passwordCredentials: p.map((entry) => rawCredential(entry)),
            keyCredentials: k.map((entry) => rawCredential(entry)),
          });
          const ids = credentialsOf(object).map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const id of ids) expect(id).not.toMatch(/[/\\#?\p{C}]/u);
          const turned = credentialsOf({
            ...object,
            passwordCredentials: [...(object.passwordCredentials ?? [])].reverse(),
          });
          expect(turned.map(({ id }) => id).sort()).toEqual([...ids].sort());
        },
      ),
    );
  });
});
