import { QueueClient } from '@azure/storage-queue';
import { expect, it } from 'vitest';
import { runLocal } from '../../local/run-local.ts';
import { buildLocalRuntime } from '../support/local-runtime.ts';

it('gets back the queue message that a killed host process had in hand', async () => {
  const runtime = await buildLocalRuntime();
  const local = await runLocal(() => ({ fetch: () => new Response(null, { status: 404 }) }), {
    port: 0,
    cloudPort: 0,
    app: 'test/fixtures/functions-app',
    runtime: runtime.directory,
    makeKeys: false,
    env: { KEYTURN_CHECK_SCHEDULE: '0 0 2 * * *' },
  });
  const queue = new QueueClient(local.connectionString, 'work');
  await queue.sendMessage(Buffer.from('{"n":11}').toString('base64'));
  const visible = async () => (await queue.peekMessages()).peekedMessageItems.length;
  await expect.poll(visible, { interval: 5 }).toBe(0);
  await local.hosts[0]?.kill('SIGKILL');
  await local.hosts[0]?.restart();
  const seen = async () => (await fetch(`${local.url}/seen`)).text();
  await expect.poll(seen, { timeout: 30_000 }).toContain('{"work":{"n":11},"tries":2}');
  await local.stop();
  await runtime.remove();
});
