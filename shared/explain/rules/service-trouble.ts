import type { ErrorRule } from '../rule.ts';

/** Nothing is broken for good: waiting helps, changing secrets does not. */
export const SERVICE_TROUBLE_RULES: readonly ErrorRule[] = [
  {
    codes: ['50196'],
    status: 'degraded',
    title: 'Entra stopped a loop: the same token was asked for too often',
    cause:
      'One application asks for the same token again and again within minutes, because it does not keep the tokens that it gets.',
    about: 'The system that asks for tokens, not a secret.',
    steps: [
      'Stop it for five to ten minutes; trying at once prolongs the block.',
      'Make it keep each token until shortly before its end (expires_in).',
    ],
    retry: 'later',
    page: null,
  },
  {
    codes: ['90055', '429', 'TooManyRequests', 'ApplicationThrottled', 'slow_down'],
    status: 'degraded',
    title: 'Too many requests: the service asks to wait',
    cause: 'A limit for the application or the tenant was reached. No secret is wrong.',
    about: 'The number of requests.',
    steps: [
      'Wait {wait}, then try again; trying earlier makes it longer.',
      'If it comes back, spread the requests or read fewer pages at once.',
    ],
    retry: 'later',
    page: null,
  },
  {
    codes: [
      '90033',
      '90006',
      '90012',
      '90024',
      '90090',
      '50033',
      '50087',
      '50000',
      '40010',
      'temporarily_unavailable',
      'server_error',
      '500',
      '502',
      '503',
      '504',
      '408',
    ],
    status: 'degraded',
    title: 'Temporary trouble at the service',
    cause: 'The service did not answer as it should. Nothing in your settings has to change.',
    about: 'The service itself; secrets and permissions are fine as far as one can tell.',
    steps: [
      'Wait {wait} and try again.',
      'If it lasts longer than half an hour, look at the service health page.',
      'Do not replace secrets and do not sign in again because of this.',
    ],
    retry: 'later',
    page: 'serviceHealth',
    isGeneric: true,
  },
];
