import { isIP } from 'node:net';

/**
 * The address that a request came from, as the platform's front end saw it: App Service appends it to X-Forwarded-For as
 * the last entry, with a port. What stands before it is the client's own word and counts for nothing. Null where there is
 * none. Behind Front Door or a gateway this is the gateway's address.
 */
export function clientAddress(headers: Pick<Headers, 'get'>): string | null {
  const last = (headers.get('x-forwarded-for') ?? '').split(',').pop()?.trim() ?? '';
  const bare = withoutPort(last);
  return isIP(bare) === 0 ? null : bare;
}

function withoutPort(address: string): string {
  const [, inBrackets] = /^\[([^\]]+)\](?::\d+)?$/.exec(address) ?? [];
  return inBrackets ?? address.replace(/^([\d.]+):\d+$/, '$1');
}
