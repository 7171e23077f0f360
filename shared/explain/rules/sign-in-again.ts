import type { ErrorRule } from '../rule.ts';

const SIGN_IN =
  'Sign in again for this connection, in a private window and with the account that the integration is meant to use.';
const STAY = 'The secret of the application is not the cause: do not replace it for this.';

/** A person's sign-in is no longer good; the application's own secret is. Microsoft Learn: "Refresh tokens in the Microsoft identity platform". */
export const SIGN_IN_AGAIN_RULES: readonly ErrorRule[] = [
  {
    codes: ['700082', '70008'],
    status: 'reauthorizationRequired',
    title: 'The sign-in ended because nobody used it',
    cause:
      'A sign-in ends after 90 days without use (24 hours for a single-page application). {issued}',
    about: 'The stored sign-in (refresh token) of one person for {application}.',
    steps: [
      SIGN_IN,
      'Make sure that something uses the connection at least every few weeks; Keyturn does so for its own connections.',
      STAY,
    ],
    retry: 'never',
    page: null,
  },
  {
    codes: ['50173', '50132', '50133', '50089'],
    status: 'reauthorizationRequired',
    title: 'The sign-in was revoked',
    cause:
      'The password was reset or the sessions of the account were revoked after this sign-in. {issued}',
    about: 'The stored sign-in (refresh token) of one person for {application}.',
    steps: [
      SIGN_IN,
      'If nobody changed the password on purpose, ask the administrator why sessions were revoked.',
      STAY,
    ],
    retry: 'never',
    page: null,
  },
  {
    codes: ['70043'],
    status: 'reauthorizationRequired',
    title: 'A sign-in frequency policy ended the sign-in',
    cause:
      'Conditional Access asks people to sign in again after a fixed time, and that time is over.',
    about: 'The stored sign-in of one person, and the sign-in frequency policy that ends it.',
    steps: [
      SIGN_IN,
      'It will end again after the same time. Ask the administrator to exempt the integration account from sign-in frequency, or to let the application sign in by itself (client credentials).',
    ],
    retry: 'never',
    page: 'conditionalAccess',
  },
  {
    codes: ['700084'],
    status: 'reauthorizationRequired',
    title: 'The sign-in was for a single-page application and lives only 24 hours',
    cause:
      'The redirect URI of {application} is registered as "Single-page application", whose sign-ins cannot be extended.',
    about: 'The platform of the redirect URI of {application}.',
    steps: [
      'Under Authentication of {application}, remove the redirect URI from "Single-page application" and add it under "Web".',
      SIGN_IN,
    ],
    retry: 'never',
    page: 'authentication',
  },
  {
    codes: [
      '50076',
      '50078',
      '50079',
      '50072',
      '50074',
      '50158',
      '50058',
      'interaction_required',
      'login_required',
    ],
    status: 'reauthorizationRequired',
    title: 'Somebody has to sign in with a second factor (MFA)',
    cause:
      'Multifactor authentication is asked for now, or its last confirmation is too old, for access to {resource}.',
    about: 'The sign-in of one person to {resource}.',
    steps: [
      SIGN_IN,
      'Confirm the second factor there. If the account has none, register one at https://aka.ms/mfasetup first.',
      'For something that must run without a person, let the application sign in by itself (client credentials), or ask for an exception for the integration account.',
    ],
    retry: 'never',
    page: null,
  },
  {
    codes: ['70000', '700005', 'invalid_grant', 'bad_token', 'token_expired'],
    status: 'reauthorizationRequired',
    title: 'The stored sign-in is not accepted',
    cause:
      'The refresh token is damaged, cut off, was issued to another application or cloud, or has ended.',
    about: 'The stored sign-in (refresh token) of one person for {application}.',
    steps: [
      SIGN_IN,
      'If it happens again at once, compare the client id and the tenant in the settings with those of the sign-in.',
      STAY,
    ],
    retry: 'never',
    page: null,
    isGeneric: true,
  },
  {
    codes: ['9002313'],
    status: 'reauthorizationRequired',
    title: 'The request was malformed, most often because the stored sign-in is damaged',
    cause:
      'When a sign-in is extended, this is what a cut-off refresh token gives; otherwise a field of the request is wrong.',
    about: 'The stored sign-in, or the settings of the connection.',
    steps: [
      SIGN_IN,
      'If it happens at the first sign-in already, check tenant id, client id and scope for spaces and missing characters.',
    ],
    retry: 'never',
    page: null,
    isGeneric: true,
  },
  {
    codes: ['54005', '501481', '50147', '501491'],
    status: 'reauthorizationRequired',
    title: 'The sign-in page was answered twice or too late',
    cause:
      'The one-time code of a sign-in was used already, or belongs to another attempt (Back button, two tabs).',
    about: 'One attempt to sign in.',
    steps: [
      'If the connection works, do nothing: the first answer counted.',
      'Otherwise close the tabs and start the sign-in again.',
    ],
    retry: 'never',
    page: null,
  },
  {
    codes: ['65004'],
    status: 'reauthorizationRequired',
    title: 'The person pressed Cancel on the consent page',
    cause: 'The permissions of {application} were declined.',
    about: 'The permissions that {application} asks for.',
    steps: [
      'Start the sign-in again and choose Accept, or let an administrator consent: {consent}',
    ],
    retry: 'whenFixed',
    page: 'permissions',
  },
];
