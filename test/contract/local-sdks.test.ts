import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { testCloud } from '../support/local-cloud.ts';
import { buildLocalRuntime } from '../support/local-runtime.ts';

const run = promisify(execFile);
const { monitor, broker } = installation.identities;

describe('the SDKs as they come, in a process of their own, with real host names', () => {
  // The SDKs look at the machine's clock, so this cloud goes by it too.
  const cloud = testCloud({ now: () => new Date() });
  const server = createAdaptorServer({ fetch: (request, env) => cloud.fetch(request, env) });
  let runtime: Awaited<ReturnType<typeof buildLocalRuntime>>;
  let cloudPort: number;

  beforeAll(async () => {
    runtime = await buildLocalRuntime();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cloudPort = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.close();
    await runtime.remove();
  });

  it('read Graph, use a vault, list another one and send mail; any other host is refused', async () => {
    const { stdout } = await run(
      process.execPath,
      [
        '--import',
        path.join(runtime.directory, 'network.js'),
        'test/fixtures/local-sdks.mjs',
        monitor.clientId,
        broker.clientId,
      ],
      {
        env: {
          PATH: process.env['PATH'],
          KEYTURN_LOCAL_CLOUD_PORT: String(cloudPort),
          IDENTITY_ENDPOINT: `http://127.0.0.1:${cloudPort}/msi/token`,
          IDENTITY_HEADER: installation.identityHeader,
        },
      },
    );
    const directory = cloud.world.directories.get(installation.tenantId);
    expect(JSON.parse(stdout)).toEqual({
      graph: {
        applications: directory?.applications.length,
        batch: { 1: 200, 2: 404 },
        notFound: [404, 'Request_ResourceNotFound'],
      },
      vault: {
        value: 'second',
        expiresOn: '2027-01-01T00:00:00.000Z',
        disabled: [403, 'Forbidden'],
        versions: 2,
        names: ['one'],
        taken: [409, 'Conflict'],
      },
      watched: {
        certificates: ['intranet-search'],
        keys: ['invoice-signing', 'intranet-search (managed)'],
        secrets: [
          'old-carrier-token',
          'sftp-fabrikam-password',
          'warehouse-connection-string',
          'intranet-search (managed)',
        ],
        thumbprints: [40, 40],
        absent: [404, 'KeyNotFound'],
      },
      elsewhere: expect.stringContaining('evil.example') as string,
    });
    expect(cloud.world.mail).toMatchObject([{ subject: 'By SDK', to: ['a@contoso.example'] }]);
  });

  it('see a dropped connection as a failure, not as an answer', async () => {
    await cloud.control('POST', 'faults', { host: 'graph.microsoft.com', drop: true, times: 1 });
    const url = `http://127.0.0.1:${cloudPort}/graph.microsoft.com/v1.0/applications`;
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect((await fetch(url)).status).toBe(401);
  });
});
