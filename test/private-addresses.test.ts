import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../shared/private-addresses.ts';

describe('isPrivateAddress', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.9',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '::ffff:168.63.129.16',
    '::ffff:0:127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::8.8.8.8',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'fec0::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '100::1',
    'localhost',
    '',
    '10.1',
    '0x7f.0.0.1',
  ])('keeps away from %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '20.190.128.1',
    '100.63.255.255',
    '100.128.0.1',
    '168.63.129.15',
    '172.32.0.1',
    '172.15.0.1',
    '2603:1026::1',
    '2a01:111::1',
    '::ffff:20.190.128.1',
    '64:ff9b::20.190.128.1',
  ])('lets %s be called', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});
