import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { urlToHttpOptions } from 'node:url';
import { isEmulatedHost } from './cloud/hosts.ts';

type Answered = (response: http.IncomingMessage) => void;

/**
 * Turns https.request to an emulated host into http.request to `127.0.0.1:{cloudPort}/{hostname}/…`. Every other call
 * stays as it is and meets the guarded sockets. (The ClientRequest interceptor of @mswjs would do it too, but it opens
 * a connection per request, also to Azurite, and reads answers ahead of their reader.)
 */
export function forwardHttps(cloudPort: number): void {
  const request = https.request;
  const agent = new http.Agent({ keepAlive: true });
  const forwarded = (...args: unknown[]): http.ClientRequest => {
    const { options, answered } = readArguments(args);
    const hostname = options.hostname ?? options.host ?? 'localhost';
    const isHttps = Number(options.port || 443) === 443 && !options.socketPath;
    if (!isHttps || !isEmulatedHost(hostname)) return Reflect.apply(request, https, args);
    const local: http.RequestOptions = {
      ...options,
      agent,
      protocol: 'http:',
      host: '127.0.0.1',
      hostname: '127.0.0.1',
      port: cloudPort,
      path: `/${hostname.toLowerCase()}${options.path ?? '/'}`,
      headers: { ...withoutHost(options.headers), host: `127.0.0.1:${cloudPort}` },
    };
    // What belongs to TLS or to the other host's connection.
    delete local.defaultPort;
    delete local.createConnection;
    delete local.lookup;
    return http.request(local, answered);
  };
  https.request = forwarded;
  https.get = (...args: unknown[]) => {
    const outgoing = forwarded(...args);
    outgoing.end();
    return outgoing;
  };
  // ES modules hold copies of these.
  syncBuiltinESMExports();
}

/** The forms of https.request: (url, options?, callback?), (options, callback?). Options win over the URL. */
function readArguments(args: unknown[]): {
  options: https.RequestOptions;
  answered: Answered | undefined;
} {
  const [first, ...rest] = args;
  const answered = rest.find((arg) => typeof arg === 'function') as Answered | undefined;
  if (typeof first !== 'string' && !(first instanceof URL))
    return { options: first as https.RequestOptions, answered };
  const options = rest.find((arg) => typeof arg === 'object' && arg !== null);
  return { options: { ...urlToHttpOptions(new URL(first)), ...options }, answered };
}

function withoutHost(headers: https.RequestOptions['headers'] = {}): http.OutgoingHttpHeaders {
  const pairs = Array.isArray(headers)
    ? headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]]] : []))
    : Object.entries(headers);
  return Object.fromEntries(pairs.filter(([name]) => String(name).toLowerCase() !== 'host'));
}
