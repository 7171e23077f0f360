import { describe, expect, it } from 'vitest';
import { credentialsOf } from '../../shared/credentials/credentials-of.ts';
import type { DirectoryObject, RawCredential } from '../../shared/credentials/directory-object.ts';
import { operatorsMark, selfRenewingRule } from '../../shared/credentials/self-renewing.ts';
import { SELF_RENEWING_RULES } from '../../shared/credentials/self-renewing-rules.ts';
import { directoryObject, rawCredential } from '../support/directory.ts';

interface Example {
  rule: string;
  object?: Partial<DirectoryObject>;
  secret?: Partial<RawCredential>;
  certificate?: Partial<RawCredential>;
}

const MICROSOFT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

const EXAMPLES: Example[] = [
  { rule: 'appProxy', secret: { displayName: 'CWAP_AuthSecret' } },
  {
    rule: 'appProxy',
    secret: { customKeyIdentifier: '//5DAFcAQQBQAF8AQQB1AHQAaABTAGUAYwByAGUAdAA=' },
  },
  {
    rule: 'entraConnectCredential',
    certificate: { displayName: 'CN=ConnectSyncProvisioning_SRV01' },
  },
  {
    rule: 'entraConnectApplication',
    object: { displayName: 'ConnectSyncProvisioning_SRV01_3ac06f5648e4' },
    certificate: { displayName: 'CN=Entra Connect' },
  },
  {
    rule: 'copilotStudio',
    certificate: { displayName: 'CN=service.prod.powerva.microsoft.com' },
  },
  {
    rule: 'deviceTrust',
    object: { type: 'servicePrincipal', displayName: 'P2P Server' },
    certificate: { displayName: 'CN=MS-Organization-P2P-Access [2026]' },
  },
  {
    rule: 'managedIdentity',
    object: { type: 'servicePrincipal', servicePrincipalType: 'ManagedIdentity' },
    certificate: { displayName: 'CN=8d0eb592' },
  },
  {
    rule: 'microsoftOwned',
    object: { type: 'servicePrincipal', appOwnerOrganizationId: MICROSOFT.toUpperCase() },
    certificate: { displayName: 'CN=first party' },
  },
];

function rulesFor({ object = {}, secret, certificate }: Omit<Example, 'rule'>) {
  return credentialsOf(
    directoryObject({
      ...object,
      passwordCredentials: secret === undefined ? [] : [rawCredential(secret)],
      keyCredentials: certificate === undefined ? [] : [rawCredential(certificate)],
    }),
  ).map(({ selfRenewing }) => selfRenewing);
}

describe('selfRenewingRuleOf', () => {
  it.each(EXAMPLES)('recognises what the platform replaces: $rule', ({ rule, ...example }) => {
    expect(rulesFor(example)).toEqual([rule]);
  });

  it('has an example here for every rule that ships', () => {
    const shown = new Set(EXAMPLES.map(({ rule }) => rule));
    expect(SELF_RENEWING_RULES.map(({ id }) => id)).toEqual([...shown]);
  });

  it('leaves to people what only looks like it', () => {
    expect(rulesFor({ secret: { displayName: 'copy of CWAP_AuthSecret for tests' } })).toEqual([
      null,
    ]);
    expect(
      rulesFor({
        certificate: { displayName: 'CN=service.prod.powerva.microsoft.com.evil.example' },
      }),
    ).toEqual([null]);
    expect(
      rulesFor({
        object: { appOwnerOrganizationId: MICROSOFT },
        secret: { displayName: 'ours' },
      }),
      'an application registered in one’s own tenant',
    ).toEqual([null]);
  });

  it.each([
    ['Exchange Online', '00000002-0000-0ff1-CE00-000000000000'],
    ['SharePoint Online', '00000003-0000-0ff1-ce00-000000000000'],
    ['Skype for Business Online', '00000004-0000-0ff1-ce00-000000000000'],
  ])('leaves to people the certificate of their own servers on %s', (_, appId) => {
    const object = { type: 'servicePrincipal' as const, appOwnerOrganizationId: MICROSOFT, appId };
    expect(rulesFor({ object, certificate: { displayName: 'CN=Exchange Auth' } })).toEqual([null]);
  });

  it('leaves to people what they hold on an enterprise application of another organisation', () => {
    const object = {
      type: 'servicePrincipal' as const,
      appOwnerOrganizationId: '99999999-2222-4333-8444-555555555555',
    };
    expect(rulesFor({ object, secret: { displayName: 'ours' } })).toEqual([null]);
  });

  it('facts 3 row 33: knows Entra Connect by itself, and other names from the operator', () => {
    const object = directoryObject({
      passwordCredentials: ['acme-2026-11', 'prod', 'CWAP_AuthSecret', 'A.B'].map(
        (displayName, n) => rawCredential({ keyId: `k${n}`, displayName }),
      ),
      keyCredentials: [rawCredential({ displayName: 'CN=ConnectSyncProvisioning_SRV01' })],
    });
    const marked = (names: string[]) => {
      const credentials = credentialsOf(object);
      operatorsMark(names)(credentials);
      return Object.fromEntries(credentials.map(({ name, selfRenewing }) => [name, selfRenewing]));
    };
    expect(marked(['ACME-*', 'a?b', 'CWAP*'])).toEqual({
      'acme-2026-11': 'operatorsNames',
      prod: null,
      CWAP_AuthSecret: 'appProxy',
      'A.B': null,
      'CN=ConnectSyncProvisioning_SRV01': 'entraConnectCredential',
    });
    expect(marked([])['acme-2026-11']).toBeNull();
    expect(selfRenewingRule('operatorsNames')?.whenItFails).not.toBeNull();
  });

  it('leaves a SAML certificate to people although Microsoft owns the gallery application', () => {
    const object = { type: 'servicePrincipal' as const, appOwnerOrganizationId: MICROSOFT };
    expect(rulesFor({ object, certificate: { usage: 'Sign' } })).toEqual([null]);
  });
});
