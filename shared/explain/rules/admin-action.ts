import type { ErrorRule } from '../rule.ts';

const NOT_THE_SECRET =
  'The secret of the application is not the cause: do not replace it for this.';

/** An administrator has to change a policy, an account or a consent before anybody can sign in. */
export const ADMIN_ACTION_RULES: readonly ErrorRule[] = [
  {
    codes: [
      '53003',
      '53000',
      '53001',
      '53002',
      '53004',
      '53011',
      '530031',
      '530032',
      '530034',
      '530035',
      '50097',
      '50129',
      '50131',
    ],
    status: 'adminActionRequired',
    title: 'Conditional Access blocks this sign-in',
    cause:
      'A policy of {tenant} does not allow a token here: place, device, risk or the client itself. Signing in again changes nothing.',
    about: 'A Conditional Access policy ({policy}).',
    steps: [
      'Give the administrator the correlation id and the time shown here.',
      'Administrator: open Entra ID → Sign-in logs, find that correlation id; the tab Conditional Access names the policy.',
      'Exempt the integration account or its network from it, or let the application sign in by itself (client credentials).',
      'Only then sign in again.',
    ],
    retry: 'never',
    page: 'conditionalAccess',
  },
  {
    codes: ['65001', '90094', '90095', '90008', '65005', 'consent_required'],
    status: 'adminActionRequired',
    title: 'Nobody has consented to what the application asks for',
    cause:
      '{application} asks for permissions that neither this person nor an administrator of {tenant} has consented to. Its secret is fine.',
    about: 'The permissions under API permissions of {application}.',
    steps: [
      'Check that API permissions of {application} lists what is needed.',
      'Let an administrator consent: {consent}',
      'Then sign in again. Right after consent it may take a minute.',
    ],
    retry: 'whenFixed',
    page: 'permissions',
  },
  {
    codes: ['7000112', '70001'],
    status: 'adminActionRequired',
    title: 'The application is disabled',
    cause:
      '{application} is switched off for sign-in in {tenant} (accountEnabled is false), or has been removed there.',
    about: 'The switch "Enabled for users to sign-in?" of the enterprise application.',
    steps: [
      'Find out who switched it off, and why: the audit log of {application} shows both.',
      'Administrator: Enterprise applications → {application} → Properties → "Enabled for users to sign-in?": Yes.',
      NOT_THE_SECRET,
    ],
    retry: 'whenFixed',
    page: 'enterpriseApplications',
  },
  {
    codes: ['50105'],
    status: 'adminActionRequired',
    title: 'The account is not assigned to the application',
    cause: '{application} admits assigned users only, and {account} is not one of them.',
    about: 'Users and groups of the enterprise application.',
    steps: [
      'Administrator: Enterprise applications → {application} → Users and groups → add the account.',
      'Then sign in again.',
      NOT_THE_SECRET,
    ],
    retry: 'whenFixed',
    page: 'enterpriseApplications',
  },
  {
    codes: ['50126'],
    status: 'adminActionRequired',
    title: 'User name or password is wrong',
    cause:
      'A person’s user name and password were sent, and Entra refused them. Every further try counts towards locking the account.',
    about: 'The password of {account}, not a secret of the application.',
    steps: [
      'Stop whatever tries again by itself, or the account will be locked.',
      'Sign in once at https://myaccount.microsoft.com with the same account to see whether the password is good.',
      'Better: replace user name and password by a sign-in page or by client credentials; passwords stop working with MFA.',
    ],
    retry: 'never',
    page: 'users',
  },
  {
    codes: ['50053'],
    status: 'adminActionRequired',
    title: 'The account is locked',
    cause: 'Too many wrong passwords, or a sign-in from an address with a bad reputation.',
    about: 'The account {account}.',
    steps: [
      'Stop whatever keeps trying the wrong password.',
      'Wait for the lock to end, or let an administrator unlock it.',
      'Then sign in again.',
    ],
    retry: 'whenFixed',
    page: 'users',
  },
  {
    codes: ['50057', '50055', '50144', '50034', '50056', '50064'],
    status: 'adminActionRequired',
    title: 'The account cannot sign in',
    cause: 'The account is disabled or deleted, or its password has ended.',
    about: 'The account {account}.',
    steps: [
      'Administrator: check the account under Users, and enable it or set a new password.',
      'If the person has left, sign in with an account that is made for integrations.',
    ],
    retry: 'whenFixed',
    page: 'users',
  },
  {
    codes: ['access_denied'],
    status: 'adminActionRequired',
    title: 'Access was refused',
    cause: 'A policy, or the person at the sign-in page, said no.',
    about: 'The sign-in to {application}.',
    steps: [
      'If somebody pressed Cancel, start again.',
      'Otherwise give the administrator the correlation id: the sign-in log says who refused.',
    ],
    retry: 'never',
    page: 'conditionalAccess',
    isGeneric: true,
  },
];
