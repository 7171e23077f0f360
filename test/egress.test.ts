import { createServer, type AddressInfo, type LookupFunction } from 'node:net';
import { ClientRequestInterceptor } from '@mswjs/interceptors/ClientRequest';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgress } from '../shared/egress.ts';

/** A resolver that knows every name by the same addresses. */
function resolvesTo(...addresses: string[]): LookupFunction {
  return (_, options, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) return callback(null, found);
    return callback(null, addresses[0] ?? '', 4);
  };
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'answered',
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

describe('egress, on real sockets', () => {
  it.each([
    ['127.0.0.1'],
    ['10.0.0.7'],
    ['169.254.169.254'],
    ['100.100.100.200'],
    ['168.63.129.16'],
    ['::1'],
    ['fd00::7'],
    ['::ffff:10.0.0.7'],
    ['64:ff9b::a9fe:a9fe'],
    ['20.190.128.1', '10.0.0.7'],
  ])('refuses a name that resolves to %s', async (...addresses) => {
    const egress = createEgress({ allowedHosts: [], lookup: resolvesTo(...addresses) });
    expect(await codeOf(egress({ url: 'https://rebind.example/' }))).toBe('egress_refused');
  });

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'http://public.example/',
    'https://user:password@public.example/',
    'file:///etc/passwd',
    'not a url',
  ])('refuses %s before anything is looked up', async (url) => {
    const egress = createEgress({
      allowedHosts: [],
      lookup: () => {
        throw new Error('looked up');
      },
    });
    expect(await codeOf(egress({ url }))).toBe('egress_refused');
  });

  it('never connects to a private address unless the host is listed', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    expect(await codeOf(createEgress({ allowedHosts: [] })({ url }))).toBe('egress_refused');
    expect(connections).toBe(0);
    const listed = createEgress({ allowedHosts: ['LOCALHOST'] });
    expect(await codeOf(listed({ url }))).toBe('service_unreachable');
    expect(connections).toBe(1);
    server.close();
  });
});

describe('egress, on intercepted requests', () => {
  const interceptor = new ClientRequestInterceptor();
  const egress = createEgress({ allowedHosts: [] });

  function answering(answer: (request: Request) => Response | Promise<Response>): void {
    interceptor.apply();
    // The interceptor waits for what a listener returns, although its types say otherwise.
    // oxlint-disable-next-line typescript/no-misused-promises
    interceptor.on('request', async ({ request, controller }) => {
      controller.respondWith(await answer(request));
    });
  }

  afterEach(() => interceptor.dispose());

  it('sends what it was given and answers status, headers and text', async () => {
    answering(async (request) => {
      const seen = `${request.method} ${request.url} ${request.headers.get('x-a')} ${await request.text()}`;
      return new Response(seen, { status: 201, headers: { etag: 'W/1' } });
    });
    const answer = await egress({
      url: 'https://api.example/a?b=c',
      method: 'POST',
      headers: { 'x-a': '1' },
      body: 'hello',
    });
    expect(answer).toMatchObject({ status: 201, text: 'POST https://api.example/a?b=c 1 hello' });
    expect(answer.headers['etag']).toBe('W/1');
  });

  it('answers a redirect instead of following it', async () => {
    answering(
      () =>
        new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/' } }),
    );
    expect(await egress({ url: 'https://api.example/' })).toMatchObject({ status: 302 });
  });

  it('gives up on an answer that is too long, and names only the origin', async () => {
    answering(() => new Response('x'.repeat(2_000)));
    const failure = egress({ url: 'https://api.example/c4n4ry?sig=c4n4ry', maxBytes: 1_000 });
    await expect(failure).rejects.toMatchObject({
      code: 'service_unreachable',
      message: 'https://api.example gave no usable answer.',
    });
  });

  it('gives up on an answer that does not come', async () => {
    answering(() => new Promise<Response>(() => {}));
    expect(await codeOf(egress({ url: 'https://api.example/', timeoutMs: 20 }))).toBe(
      'service_unreachable',
    );
  });
});
