import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { startLocal } from '../../local/local-cloud.ts';
import type { Local } from '../../local/run-local.ts';
import { application, NOW, secret, user } from '../support/graph-tenant.ts';

/** `keyturn scan` as the user of `az login`: the built command line against the local Graph, with an `az` of ours. */
let local: Local;
let bin: string;

beforeAll(async () => {
  local = await startLocal({ port: 0, cloudPort: 0, makeKeys: false });
  bin = mkdtempSync(join(tmpdir(), 'keyturn-az-'));
});

afterAll(() => local.stop());

/** Answers `az account get-access-token` (Microsoft Learn, "az account") with a token of the local cloud, or fails. */
function installAz({ signedIn }: { signedIn: boolean }): void {
  const script = `#!${process.execPath}
const tokenUrl = '${local.cloudUrl}/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com&client_id=${installation.identities.monitor.clientId}';
if (!${String(signedIn)}) { console.error("ERROR: Please run 'az login' to setup account."); process.exit(1); }
fetch(tokenUrl, { headers: { 'x-identity-header': '${installation.identityHeader}' } })
  .then((response) => response.json())
  .then((token) => console.log(JSON.stringify({
    accessToken: token.access_token,
    expires_on: Number(token.expires_on),
    expiresOn: new Date(token.expires_on * 1000).toISOString(),
    tenant: '${installation.tenantId}', tokenType: 'Bearer',
  })));
`;
  writeFileSync(join(bin, 'az'), script);
  chmodSync(join(bin, 'az'), 0o755);
}

async function scan(...options: string[]): Promise<{ code: number; out: string; err: string }> {
  const args = ['--import', './dist/local/network.js', 'dist/cli/keyturn.js', 'scan', ...options];
  const env = {
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: bin,
    KEYTURN_LOCAL_CLOUD_PORT: new URL(local.cloudUrl).port,
  };
  return promisify(execFile)(process.execPath, args, { env, maxBuffer: 64 << 20 }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  );
}

async function control(method: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${local.cloudUrl}/_control/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

describe('keyturn scan without a file', () => {
  it('says what to type when nobody is signed in', async () => {
    installAz({ signedIn: false });
    const { code, out, err } = await scan();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('az login');
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('reads the tenant of whoever is signed in, with the owners of what it found', async () => {
    installAz({ signedIn: true });
    await control('PUT', 'tenant', {
      tenantId: installation.tenantId,
      users: [user('anna')],
      applications: [
        application(1, { passwordCredentials: [secret('key-1', 5)], owners: ['id-of-anna'] }),
        application(2, { passwordCredentials: [secret('key-2', 500)] }),
      ],
      servicePrincipals: [],
    });
    const { code, out } = await scan('--format', 'json', '--fail-within', '10', '--as-of', NOW);
    const report = JSON.parse(out) as {
      tenantId: string;
      complete: boolean;
      counts: { applications: number };
      findings: { keyId: string; owners: { address: string }[] }[];
    };
    expect(code).toBe(1);
    expect(report.tenantId).toBe(installation.tenantId);
    expect(report.complete).toBe(true);
    expect(report.counts.applications).toBe(2);
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]?.owners[0]?.address).toBe('anna@contoso.example');
  });

  it('ends with 2 and the missing permission where the directory may not be read', async () => {
    await control('PUT', 'permissions', { monitor: [] });
    const { code, out } = await scan('--format', 'json');
    expect(code).toBe(2);
    const report = JSON.parse(out) as { complete: boolean; skipped: { reason: string }[] };
    expect(report.complete).toBe(false);
    expect(JSON.stringify(report.skipped)).toContain('Application.Read.All');
  });
});
