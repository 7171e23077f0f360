import type { ErrorRule } from '../rule.ts';

/** What is left to say when only the HTTP status is known. */
export const HTTP_STATUS_RULES: readonly ErrorRule[] = [
  {
    codes: ['401'],
    status: null,
    title: 'HTTP 401: the service does not accept who is calling',
    cause:
      'There was no token, it has ended, or it is for another service. The text does not say which.',
    about: 'The access token of this request, or the secret behind it.',
    steps: [
      'Look for the body of the answer or the line before it: an AADSTS number or an error code says more. Paste that.',
      'Get a new token and try once.',
    ],
    retry: 'whenFixed',
    page: null,
    isGeneric: true,
  },
  {
    codes: ['403'],
    status: null,
    title: 'HTTP 403: the caller may not do this',
    cause: 'The caller signed in, but a permission or a role is missing.',
    about: 'A permission of {application}; its secret is fine.',
    steps: [
      'Look for the body of the answer: its code says which permission or role. Paste that.',
      'Compare with the permissions that the service’s documentation asks for.',
    ],
    retry: 'whenFixed',
    page: 'permissions',
    isGeneric: true,
  },
  {
    codes: ['404'],
    status: null,
    title: 'HTTP 404: there is nothing at this address',
    cause: 'The address or an id in it is wrong, or what was there has been deleted.',
    about: 'The address that was called.',
    steps: [
      'Compare the address letter by letter.',
      'Check that the tenant and the environment in it are the right ones.',
    ],
    retry: 'never',
    page: null,
    isGeneric: true,
  },
];
