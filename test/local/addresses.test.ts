import { expect, it } from 'vitest';
import { browserAddress, isLoopbackHost } from '../../local/addresses.ts';

it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.10', '::1', '[::1]', '::ffff:127.0.0.1'])(
  '%s is this machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  },
);

it.each([
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  '0.0.0.0',
  '10.0.0.1',
  '',
  '128.0.0.1',
])('"%s" is not this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});

it.each([
  [
    'https://login.microsoftonline.com/t/authorize?a=1',
    '/login.microsoftonline.com/t/authorize?a=1',
  ],
  ['https://keyturn.vault.azure.net/secrets/a', '/keyturn.vault.azure.net/secrets/a'],
])('%s is served on the cloud port', (address, path) => {
  expect(browserAddress(address, 7072)).toBe(`http://localhost:7072${path}`);
});

it.each([
  'https://portal.azure.com/',
  'http://graph.microsoft.com/',
  '/relative',
  'https://',
  'https://graph.microsoft.com:8443/',
])('%s stays as it is', (address) => {
  expect(browserAddress(address, 7072)).toBeNull();
});
