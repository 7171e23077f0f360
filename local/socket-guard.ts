import net from 'node:net';
import { isLoopbackHost } from './addresses.ts';
import { refusedHost } from './refused-host.ts';

/**
 * Makes every socket of this process refuse an address that is not this machine's: what no HTTP patch sees (SMTP,
 * other HTTP libraries) cannot leave either. Named pipes pass.
 */
export function guardSockets(): void {
  const connect: typeof net.Socket.prototype.connect = Reflect.get(net.Socket.prototype, 'connect');
  const guarded = function (this: net.Socket, ...args: unknown[]): net.Socket {
    const host = hostOf(args);
    if (host === null || isLoopbackHost(host)) return Reflect.apply(connect, this, args);
    // Later, as a real failure would come: the caller adds its error listener after connect() has returned.
    process.nextTick(() => this.destroy(refusedHost(host)));
    return this;
  };
  net.Socket.prototype.connect = guarded;
}

/** The host in any of the forms of socket.connect: options, (port, host), (path), or what net.connect normalized. */
function hostOf(args: unknown[]): string | null {
  const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) {
    const options = first as { path?: string | null; host?: string | null };
    return typeof options.path === 'string' ? null : (options.host ?? 'localhost');
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return null;
  return typeof args[1] === 'string' ? args[1] : 'localhost';
}
