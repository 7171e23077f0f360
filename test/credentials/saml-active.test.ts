import { describe, expect, it } from 'vitest';
import { credentialsOf } from '../../shared/credentials/credentials-of.ts';
import { assess } from '../../shared/expiry/assess.ts';
import { directoryObject, rawCredential } from '../support/directory.ts';

const OLD = 'A7D3C4626B8A84FDA868CCC67D274D402FFD0A10';
const NEW = 'B7D3C4626B8A84FDA868CCC67D274D402FFD0A11';
const NOW = new Date('2026-11-25T02:00:00Z');

function signing(thumbprint: string, startsAt: string, expiresAt: string) {
  const customKeyIdentifier = Buffer.from(thumbprint, 'hex').toString('base64');
  const dates = { startsAt: new Date(startsAt), expiresAt: new Date(expiresAt) };
  const common = { ...dates, customKeyIdentifier, displayName: 'CN=Federated SSO' };
  return [
    rawCredential({ ...common, keyId: `sign-${thumbprint}`, usage: 'Sign' }),
    rawCredential({ ...common, keyId: `verify-${thumbprint}`, usage: 'Verify' }),
  ];
}

function judged(preferredTokenSigningKeyThumbprint: string | null) {
  const credentials = credentialsOf(
    directoryObject({
      type: 'servicePrincipal',
      preferredTokenSigningKeyThumbprint,
      keyCredentials: [
        ...signing(OLD, '2023-12-20T00:00:00Z', '2026-12-15T00:00:00Z'),
        ...signing(NEW, '2026-11-01T00:00:00Z', '2026-12-20T00:00:00Z'),
      ],
      passwordCredentials: [],
    }),
  );
  return Object.fromEntries(
    assess(credentials, { now: NOW }).map(({ thumbprint, isActive, stage }) => [
      thumbprint === OLD ? 'old' : 'new',
      { isActive, isTold: stage !== null },
    ]),
  );
}

describe('the SAML signing certificates of an enterprise application', () => {
  it.each([
    ['as Graph writes it', OLD],
    ['in lower case', OLD.toLowerCase()],
    ['with spaces', OLD.replaceAll(/(..)/g, '$1 ').trim()],
    ['in base64', Buffer.from(OLD, 'hex').toString('base64')],
  ])('are told about only where they sign, by a thumbprint %s', (_, preferred) => {
    expect(judged(preferred)).toEqual({
      old: { isActive: true, isTold: true },
      new: { isActive: false, isTold: false },
    });
  });

  it('are not told about once another one signs, however soon they end', () => {
    expect(judged(NEW)['old']).toEqual({ isActive: false, isTold: false });
  });

  it.each([
    ['nothing', null],
    ['the word unused', 'unused'],
    ['an empty text', ''],
    ['a certificate that is gone', 'C7D3C4626B8A84FDA868CCC67D274D402FFD0A12'],
  ])('are all told about while %s says which one signs', (_, preferred) => {
    const { old } = judged(preferred);
    expect(old).toEqual({ isActive: null, isTold: true });
  });
});
