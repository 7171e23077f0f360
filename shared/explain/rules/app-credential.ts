import type { ErrorRule } from '../rule.ts';

const FIND_USERS =
  'Find everything that uses it before you change anything: `keyturn scan --all` shows who probably uses {application}.';
const ENTER_VALUE =
  'Enter the **Value** (not the Secret ID) in every system that used the old one, and validate the connection there again.';

/**
 * The application could not prove who it is. People's sign-ins stay good: nobody has to sign in again. Microsoft Learn:
 * "Microsoft Entra authentication and authorization error codes".
 */
export const APP_CREDENTIAL_RULES: readonly ErrorRule[] = [
  {
    codes: ['7000222'],
    status: 'appCredentialBroken',
    title: 'The client secret has ended',
    cause: 'Every secret that {application} was asked to sign in with is past its end date.',
    about:
      'A client secret of {application}. The error does not say which: the portal lists their end dates.',
    steps: [
      FIND_USERS,
      'Open Certificates & secrets of {application}, create a new secret and copy its **Value** at once.',
      ENTER_VALUE,
      'Remove the old secret when nothing uses it any more.',
    ],
    retry: 'whenFixed',
    page: 'credentials',
  },
  {
    codes: ['7000215'],
    status: 'appCredentialBroken',
    title: 'The client secret is wrong',
    cause:
      'What was sent is not the value of a secret of {application}. Usually the Secret ID was entered instead of the Value; a secret that has been deleted, or one created seconds ago, gives the same error. It does not mean that a secret has ended.',
    about:
      'The client secret that was entered for {application}: Value and Secret ID are two columns in the portal.',
    steps: [
      'Look at what was entered: 8-4-4-4-12 letters and digits with dashes is the Secret ID, which never works.',
      'The Value is shown once. If you do not have it, open Certificates & secrets of {application} and create a new secret.',
      ENTER_VALUE,
      'If the secret is only a minute old, wait a minute and try once more.',
    ],
    retry: 'whenFixed',
    page: 'credentials',
  },
  {
    codes: ['700027'],
    status: 'appCredentialBroken',
    title: 'The certificate is not known to the application',
    cause:
      'The request was signed with a certificate that {application} does not list: it was never uploaded, has been removed, or was replaced on one side only (Key Vault replaces its own copy without telling the application).',
    about: 'The certificate that signs for {application}.',
    steps: [
      FIND_USERS,
      'Compare the thumbprint in use with the list under Certificates & secrets → Certificates of {application}.',
      'Upload the public part (.cer) of the certificate in use, or switch the system back to one that is listed.',
    ],
    retry: 'whenFixed',
    page: 'credentials',
  },
  {
    codes: ['5002738'],
    status: 'appCredentialBroken',
    title: 'The certificate is of a kind that Entra does not accept here',
    cause:
      'The request was signed with an algorithm that is not supported, as with an elliptic-curve (EC) key.',
    about:
      'The certificate that signs for {application}: it must have an RSA key (RS256 or PS256).',
    steps: [
      'Create a certificate with an RSA key of at least 2048 bits.',
      'Upload its public part (.cer) under Certificates & secrets of {application}.',
      'Set the system that signs to use it, with RS256 or PS256.',
    ],
    retry: 'whenFixed',
    page: 'credentials',
  },
  {
    codes: [
      '50012',
      '50013',
      '500133',
      '700030',
      '700023',
      '700024',
      '700021',
      '7002381',
      '700211',
      '700213',
    ],
    status: 'appCredentialBroken',
    title: 'The signed proof of the application was refused',
    cause:
      'The assertion is signed by the wrong key, comes from an issuer or subject that is not registered, or lies outside its time range (a clock that is wrong by minutes is enough).',
    about: 'The certificate or federated credential of {application}.',
    steps: [
      'Check the clock of the machine that signs.',
      'With a federated credential: compare issuer, subject and audience letter by letter with what is registered; the subject distinguishes upper and lower case.',
      'With a certificate: check that Certificates & secrets of {application} lists its thumbprint and that it has not ended.',
    ],
    retry: 'whenFixed',
    page: 'credentials',
  },
  {
    codes: ['70002', 'invalid_client'],
    status: 'appCredentialBroken',
    title: 'The secret or certificate of the application was refused',
    cause: 'Entra did not accept what {application} proved itself with.',
    about: 'The client secret or certificate of {application}.',
    steps: [
      'Open Certificates & secrets of {application}: has one ended, is one missing?',
      'If a secret has ended or is in doubt, create a new one and copy its **Value**.',
      ENTER_VALUE,
    ],
    retry: 'whenFixed',
    page: 'credentials',
    isGeneric: true,
  },
];
