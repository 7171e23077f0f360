import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { productEnvironment } from '../../local/product-environment.ts';
import { NOW } from '../support/graph-tenant.ts';
import { startInstallation, type Installation, type SentRequest } from '../support/installation.ts';

/** Whatever would have an SDK or Node.js trust more than it should, or speak to another service than the real one. */
const INSECURE =
  /allowInsecureConnection|disableChallengeResourceVerification|disableInstanceDiscovery|rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity|strictSSL|authorityHost|knownAuthorities|KEYTURN_LOCAL/g;

const GRAPH = 'https://graph.microsoft.com';
const VAULT = `https://${installation.watchedVault}.vault.azure.net`;

let keyturn: Installation;

beforeAll(async () => {
  keyturn = await startInstallation({ now: NOW });
});

afterAll(() => keyturn?.stop());

describe('the product on the local cloud', () => {
  it('is told no trick: no source of it holds an insecure flag or knows that it is local', async () => {
    const sources = globSync('{shared,functions}/**/*.ts');
    expect(sources.length).toBeGreaterThan(100);
    const found = new Set<string>();
    for (const source of sources) {
      const text = await readFile(source, 'utf8');
      for (const [flag] of text.matchAll(INSECURE)) found.add(`${source}: ${flag}`);
    }
    expect([...found].toSorted((a, b) => a.localeCompare(b))).toEqual([
      // Plain http to Azurite; settings.ts refuses it for any other machine than this one (test/settings.test.ts).
      'shared/azure.ts: allowInsecureConnection',
      // A list of what must not be set on Azure.
      'shared/settings/redirecting-environment.ts: NODE_TLS_REJECT_UNAUTHORIZED',
    ]);
    const azure = await readFile('shared/azure.ts', 'utf8');
    expect(azure).toContain("storage.kind === 'connectionString'");
    expect(azure.match(/allowInsecureConnection: .*/g)).toEqual([
      "allowInsecureConnection: storage.connectionString.includes('http://'),",
    ]);
  });

  it('has an environment that redirects and weakens nothing', () => {
    const { connectionString } = keyturn;
    const names = Object.keys(productEnvironment({ port: 1, cloudPort: 2, connectionString }));
    expect(names.filter((name) => /^NODE_|PROXY|^AZURE_|^LD_|TLS|CERT/i.test(name))).toEqual([]);
  });

  it('calls Microsoft by its real names', async () => {
    await keyturn.check();
    const requests = await keyturn.control<SentRequest[]>('GET', 'requests');
    expect(requests.length).toBeGreaterThan(5);
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(
      new Set([
        GRAPH,
        VAULT,
        // The seeded connections: signed in, kept in the broker's own vault, tried at their services.
        'https://login.microsoftonline.com',
        installation.vaultUrl,
        'https://api.businesscentral.dynamics.com',
        new URL(installation.teamsWebhookUrl).origin,
        new URL(installation.webhookUrl).origin,
      ]),
    );
    const toGraph = requests.filter(({ url }) => url.startsWith(GRAPH));
    for (const { headers } of toGraph) expect(headers['authorization']).toMatch(/^Bearer eyJ/);
  });

  it('asks the watched vault for lists alone, and finds what ends there', async () => {
    const requests = await keyturn.control<SentRequest[]>(
      'GET',
      `requests?host=${new URL(VAULT).host}`,
    );
    const paths = requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
    expect(new Set(paths)).toEqual(
      new Set([
        'GET /certificates',
        'GET /secrets',
        'GET /keys',
        // For the certificate of “Intranet Search”, which the vault renewed.
        'GET /certificates/intranet-search/versions',
      ]),
    );
    const held = (await keyturn.findings()).filter(({ holder }) => holder.type === 'vault');
    expect(held.map(({ type, keyId }) => `${type} ${keyId}`)).toEqual(
      expect.arrayContaining(['keyVaultSecret secrets/sftp-fabrikam-password']),
    );
  });
});

describe('the storage SDKs as they come (Graph, vault and identity: test/contract/local-sdks.test.ts)', () => {
  it('work over the same connection string, and no other account can be reached', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', path.resolve('dist/local/network.js'), STORAGE_SDKS, keyturn.connectionString],
      {
        env: {
          PATH: process.env['PATH'],
          KEYTURN_LOCAL_CLOUD_PORT: new URL(keyturn.cloudUrl).port,
        },
      },
    );
    expect(JSON.parse(stdout)).toEqual({
      table: { value: 'two', stale: 412 },
      queue: [['hello', 1]],
      blob: { text: 'newer', refused: [409, 412] },
      elsewhere: expect.stringMatching(
        /refused.*keyturn\.table\.core\.windows\.net|keyturn\.table\.core\.windows\.net.*refused/,
      ) as string,
    });
  });
});

const STORAGE_SDKS = 'test/support/storage-sdks.mjs';
