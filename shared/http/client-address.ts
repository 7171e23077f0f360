import { isIP } from 'node:net';

/**
 * The address that a request came from, as the platform's front end saw it: App Service appends it to X-Forwarded-For as
 * the last entry, with a port. What stands before it is the client's own word and counts for nothing. Null where there is
 * none. Behind Front Door or a gateway this is the gateway's address.
 */
export function clientAddress(headers: Pick<Headers, 'get'>): string | null {
  const last = (headers.get('x-forwarded-for') ?? '').split(',').at(-1)?.trim() ?? '';
  const bare =
    /^\[(?<v6>[^\]]+)\](:\d+)?$/.exec(last)?.groups?.['v6'] ??
    /^(?<v4>[\d.]+)(:\d+)?$/.exec(last)?.groups?.['v4'] ??
    last;
  return isIP(bare) === 0 ? null : bare;
}
