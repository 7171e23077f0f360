import { describe, expect, it } from 'vitest';
import { ownerAddress } from '../../shared/credentials/owner-address.ts';

describe('ownerAddress', () => {
  it('prefers mail, and takes a userPrincipalName that has the shape of an address', () => {
    expect(ownerAddress('mail@contoso.com', 'upn@contoso.com')).toBe('mail@contoso.com');
    expect(ownerAddress(null, 'upn@contoso.com')).toBe('upn@contoso.com');
    expect(ownerAddress('  ', ' upn@contoso.com ')).toBe('upn@contoso.com');
  });

  it('never writes to the #EXT# name of a guest, but to their own mail', () => {
    const guest = 'sam_example.org#EXT#@contoso.onmicrosoft.com';
    expect(ownerAddress(null, guest)).toBeNull();
    expect(ownerAddress(guest.toLowerCase(), guest)).toBeNull();
    expect(ownerAddress('sam@example.org', guest)).toBe('sam@example.org');
  });

  it.each([
    'a@contoso.com; b@contoso.com',
    'a@contoso.com,b@contoso.com',
    'Ada <ada@contoso.com>',
    'ada@contoso.com\r\nBcc: eve@evil.example',
    'no address',
    '@contoso.com',
    'a@b@c',
  ])('refuses what is not exactly one address: %j', (text) => {
    expect(ownerAddress(text, null)).toBeNull();
  });
});
