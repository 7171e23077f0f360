import dns from 'node:dns';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { AppError } from './errors.ts';
import { isPrivateAddress } from './private-addresses.ts';

interface EgressRequest {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** From the start to the last byte; 10 seconds unless told. */
  timeoutMs?: number;
  /** A longer answer is a failure; 1 MiB unless told. */
  maxBytes?: number;
}

export interface EgressAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/**
 * The one way out for HTTP calls of our own (security rule 21). Redirects are answered, never followed. Throws AppError
 * `egress_refused` where the call must not be made and `service_unreachable` where it failed; neither names more
 * of the URL than its origin, because paths and queries may be secrets.
 */
export type Egress = (request: EgressRequest) => Promise<EgressAnswer>;

export interface EgressOptions {
  /** Hosts that may have private addresses. */
  allowedHosts: readonly string[];
  lookup?: LookupFunction;
}

/**
 * Calls https only. The address is checked in the socket's own lookup, so a name cannot answer one address to us and
 * another to the socket. Connections are not shared with other clients, whose lookups check nothing.
 */
export function createEgress({ allowedHosts, lookup = systemLookup }: EgressOptions): Egress {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const agent = new https.Agent({ keepAlive: true, maxSockets: 16 });
  const checked = checkedLookup(lookup);
  return async (request) => {
    const url = guarded(request.url, allowed);
    const options: https.RequestOptions = {
      agent,
      method: request.method ?? 'GET',
      headers: { 'accept-encoding': 'identity', ...request.headers },
      signal: AbortSignal.timeout(request.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      ...(allowed.has(url.hostname) ? {} : { lookup: checked }),
    };
    try {
      const response = await send(url, options, request.body);
      const text = await textOf(response, request.maxBytes ?? DEFAULT_MAX_BYTES);
      return { status: response.statusCode ?? 0, headers: response.headers, text };
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError('service_unreachable', `${url.origin} gave no usable answer.`, { cause });
    }
  };
}

/** Fails with `egress_refused` unless every address of the name is public: one private address among them is a trap. */
function checkedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = typeof found === 'string' ? [{ address: found, family: 0 }] : found;
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return callback(error, []);
      if (addresses.some(({ address }) => isPrivateAddress(address)))
        return callback(refusal(`https://${hostname}`, 'has a private address'), []);
      return options.all === true
        ? callback(null, addresses)
        : callback(null, first.address, first.family);
    });
  };
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 1_048_576;

function systemLookup(...[hostname, options, callback]: Parameters<LookupFunction>): void {
  dns.lookup(hostname, { ...options, all: true }, callback);
}

function guarded(text: string, allowed: ReadonlySet<string>): URL {
  if (!URL.canParse(text)) throw new AppError('egress_refused', 'What was to be called is no URL.');
  const url = new URL(text);
  if (url.protocol !== 'https:') throw refusal(url.origin, 'is not https');
  if (url.username !== '' || url.password !== '') throw refusal(url.origin, 'carries a password');
  // A host that is an address already is never looked up, so it is checked here.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isAddress = host.includes(':') || /^[\d.]+$/.test(host);
  if (isAddress && !allowed.has(host) && isPrivateAddress(host))
    throw refusal(url.origin, 'is a private address');
  return url;
}

function refusal(origin: string, why: string): AppError {
  return new AppError(
    'egress_refused',
    `${origin} ${why}, so it is not called. A host that is meant goes into KEYTURN_ALLOWED_HOSTS.`,
  );
}

function send(url: URL, options: https.RequestOptions, body = ''): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    https.request(url, options, resolve).on('error', reject).end(body);
  });
}

async function textOf(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      response.destroy();
      throw new Error(`the answer is longer than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
