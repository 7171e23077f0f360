import { isEmulatedHost } from './cloud/hosts.ts';

/** Why a call went nowhere: names the host, so that a test or a reader of the log sees who would have been called. */
export function refusedHost(hostname: string): Error {
  const reason = isEmulatedHost(hostname)
    ? 'answers only https on port 443'
    : 'is not part of the local cloud';
  const error = new Error(`${hostname} ${reason}: the call was refused and nothing was sent`);
  return Object.assign(error, { code: 'ERR_HOST_REFUSED', hostname });
}
