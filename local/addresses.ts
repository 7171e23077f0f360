import { isEmulatedHost } from './cloud/hosts.ts';

/** Whether a host name or an IP address means this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return (
    name === 'localhost' ||
    name === '::1' ||
    /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  );
}

/**
 * Where a browser on this machine finds an address of an emulated host (design §9), or null for any other address:
 * a browser cannot follow https://login.microsoftonline.com without a network.
 */
export function browserAddress(address: string, cloudPort: number): string | null {
  if (!address.startsWith('https://') || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.port !== '' || !isEmulatedHost(url.hostname)) return null;
  return `http://localhost:${cloudPort}/${url.hostname}${url.pathname}${url.search}${url.hash}`;
}
