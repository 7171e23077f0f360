import http from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** Sends an intercepted request to `http://127.0.0.1:{cloudPort}/{hostname}/…`; rejects when the connection breaks. */
export type Forwarder = (request: Request, url: URL) => Promise<Response>;

// RFC 9110 §7.6.1: these belong to one connection. content-length is set anew with the body in hand.
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
]);

/** Makes the forwarder. Request bodies are small and sent whole; answers stream. */
export function createForwarder(cloudPort: number): Forwarder {
  const agent = new http.Agent({ keepAlive: true });
  return async (request, url) => {
    const body = request.body === null ? null : Buffer.from(await request.arrayBuffer());
    const incoming = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const outgoing = http.request({
        agent,
        host: '127.0.0.1',
        port: cloudPort,
        method: request.method,
        path: `/${url.hostname}${url.pathname}${url.search}`,
        headers: forwardedHeaders(request.headers, body),
        signal: request.signal,
      });
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      outgoing.end(body ?? undefined);
    });
    return toResponse(incoming, request.method);
  };
}

function forwardedHeaders(headers: Headers, body: Buffer | null): http.OutgoingHttpHeaders {
  const forwarded: http.OutgoingHttpHeaders = {};
  for (const [name, value] of headers) if (!hopByHop.has(name)) forwarded[name] = value;
  if (body !== null) forwarded['content-length'] = body.length;
  return forwarded;
}

function toResponse(incoming: http.IncomingMessage, method: string): Response {
  const status = incoming.statusCode ?? 502;
  const headers = new Headers();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? '';
    if (name.toLowerCase() === 'content-length' || !hopByHop.has(name.toLowerCase()))
      headers.append(name, incoming.rawHeaders[i + 1] ?? '');
  }
  const init = { status, statusText: incoming.statusMessage ?? '', headers };
  // Fetch standard, "null body status".
  if (method === 'HEAD' || [204, 205, 304].includes(status)) {
    incoming.resume();
    return new Response(null, init);
  }
  return new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array>, init);
}
