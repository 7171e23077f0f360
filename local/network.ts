/**
 * Preload for a process of the product (`node --import dist/local/network.js …`): its HTTP goes to the local cloud, by
 * the real host names and without a change in the product. KEYTURN_LOCAL_CLOUD_PORT says where the local cloud
 * listens, KEYTURN_LOCAL_CLOCK_OFFSET_MS how far `Date` is moved; the message {type:'setClock', offsetMs} moves it later.
 */
import { FetchInterceptor } from '@mswjs/interceptors/fetch';
import { createForwarder } from './forward-fetch.ts';
import { forwardHttps } from './forward-https.ts';
import { isEmulatedHost } from './cloud/hosts.ts';
import { isLoopbackHost } from './addresses.ts';
import { refusedHost } from './refused-host.ts';
import { installShiftedDate } from './shifted-date.ts';
import { guardSockets } from './socket-guard.ts';

const cloudPort = Number(process.env['KEYTURN_LOCAL_CLOUD_PORT']);
if (!Number.isInteger(cloudPort) || cloudPort < 1)
  throw new Error('KEYTURN_LOCAL_CLOUD_PORT must be the port of the local cloud');

const clock = installShiftedDate(Number(process.env['KEYTURN_LOCAL_CLOCK_OFFSET_MS'] ?? 0));
process.on('message', (message: { type?: string; offsetMs?: number }) => {
  if (message?.type === 'setClock') clock.setOffset(Number(message.offsetMs));
});
// Listening must not keep a process alive that has nothing else to do; the Functions host refs it again.
process.channel?.unref();
// The product sees the settings that it would see on Azure, and no others.
for (const name of Object.keys(process.env))
  if (name.startsWith('KEYTURN_LOCAL_')) delete process.env[name];

guardSockets();
forwardHttps(cloudPort);
const forward = createForwarder(cloudPort);
const interceptor = new FetchInterceptor();
// Awaited by the interceptor, whatever the type of a listener says.
// oxlint-disable-next-line typescript/no-misused-promises
interceptor.on('request', async ({ request, controller }) => {
  try {
    const response = await answerOf(request);
    if (response !== null && !request.signal.aborted) controller.respondWith(response);
  } catch (cause) {
    // The interceptor answers an aborted request itself; a second answer would throw where nobody catches it.
    if (request.signal.aborted) return;
    // As undici reports what happened below fetch.
    const message = cause instanceof Error ? `fetch failed: ${cause.message}` : 'fetch failed';
    controller.errorWith(new TypeError(message, { cause }));
  }
});
interceptor.apply();

/** The local cloud's answer, or null where the request may go on as it is. */
async function answerOf(request: Request): Promise<Response | null> {
  const url = new URL(request.url);
  if (isLoopbackHost(url.hostname)) return null;
  if (url.protocol !== 'https:' || url.port !== '' || !isEmulatedHost(url.hostname))
    throw refusedHost(url.hostname);
  return forward(request, url);
}
