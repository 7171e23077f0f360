import { BlockList, isIP } from 'node:net';

/**
 * Whether an address may be reached only from where we run: private, link-local, loopback, shared, reserved, and
 * Azure's own 168.63.129.16, also where an IPv4 address is carried inside an IPv6 one (mapped, compatible, NAT64).
 * What is not an address counts as private (security rule 21).
 */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 4) return PRIVATE_V4.check(bare, 'ipv4');
  if (family !== 6) return true;
  if (CARRIED_V4.check(bare, 'ipv6')) return PRIVATE_CARRIED.check(bare, 'ipv6');
  return !GLOBAL_V6.check(bare, 'ipv6') || SPECIAL_V6.check(bare, 'ipv6');
}

/** IANA IPv4 Special-Purpose Address Registry, multicast, and the platform's wire server. */
const V4_RANGES: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Where an IPv6 address ends with an IPv4 one: mapped (RFC 4291 §2.5.5.2) and NAT64 (RFC 6052 §2.1). */
const CARRIERS = ['::ffff:', '64:ff9b::'];

const PRIVATE_V4 = new BlockList();
const PRIVATE_CARRIED = new BlockList();
const CARRIED_V4 = new BlockList();
/** RFC 4291 §2.4: what is routed publicly is inside 2000::/3 so far. All else is refused. */
const GLOBAL_V6 = new BlockList();
/** Inside 2000::/3: Teredo and other protocol assignments, documentation, 6to4 (which carries IPv4). */
const SPECIAL_V6 = new BlockList();

for (const [network, prefix] of V4_RANGES) {
  PRIVATE_V4.addSubnet(network, prefix, 'ipv4');
  for (const carrier of CARRIERS)
    PRIVATE_CARRIED.addSubnet(`${carrier}${network}`, 96 + prefix, 'ipv6');
}
for (const carrier of CARRIERS) CARRIED_V4.addSubnet(`${carrier}0.0.0.0`, 96, 'ipv6');
GLOBAL_V6.addSubnet('2000::', 3, 'ipv6');
SPECIAL_V6.addSubnet('2001::', 23, 'ipv6');
SPECIAL_V6.addSubnet('2001:db8::', 32, 'ipv6');
SPECIAL_V6.addSubnet('2002::', 16, 'ipv6');
SPECIAL_V6.addSubnet('3fff::', 20, 'ipv6');
