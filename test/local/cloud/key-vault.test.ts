import { describe, expect, it } from 'vitest';
import { installation } from '../../../local/cloud/installation.ts';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';

const host = '/keyturn-local.vault.azure.net';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function vault(
  cloud: TestCloud,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const join = path.includes('?') ? '&' : '?';
  const answer = await cloud.call(`${host}${path}${join}api%2Dversion=2025-07-01`, {
    method,
    headers: {
      authorization: `Bearer ${await cloud.token('https://vault.azure.net', 'broker')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

describe('secrets of the local Key Vault', () => {
  it('asks a caller without a token for one, naming authority and resource', async () => {
    const answer = await testCloud().call(`${host}/secrets/x?api-version=2025-07-01`, {
      method: 'PUT',
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer authorization="https://login.microsoftonline.com/${installation.tenantId}", resource="https://vault.azure.net"`,
    );
  });

  it('backs a secret up with all its versions, for a vault that has none of that name', async () => {
    const cloud = testCloud();
    const first = await vault(cloud, 'PUT', '/secrets/conn-a', { value: 'one' });
    await vault(cloud, 'PUT', '/secrets/conn-a', { value: 'two' });
    const { body } = await vault(cloud, 'POST', '/secrets/conn-a/backup');
    expect(await vault(cloud, 'POST', '/secrets/restore', body)).toMatchObject({
      status: 409,
      body: { error: { code: 'Conflict' } },
    });
    await vault(cloud, 'DELETE', '/secrets/conn-a');
    await vault(cloud, 'DELETE', '/deletedsecrets/conn-a');
    expect((await vault(cloud, 'POST', '/secrets/restore', body)).status).toBe(200);
    const { pathname } = new URL(String(first.body['id']));
    expect((await vault(cloud, 'GET', pathname)).body).toMatchObject({ value: 'one' });
    expect((await vault(cloud, 'GET', '/secrets/conn-a')).body).toMatchObject({ value: 'two' });
    const nothing = await vault(cloud, 'POST', '/secrets/restore', { value: 'AAAA' });
    expect(nothing.status).toBe(400);
  });

  it('keeps versions with contentType, tags and dates, and gives the last one', async () => {
    const cloud = testCloud();
    await vault(cloud, 'PUT', '/secrets/Conn-a', { value: 'one' });
    const put = await vault(cloud, 'PUT', '/secrets/conn-a', {
      value: 'two',
      contentType: 'text/plain',
      tags: { kind: 'test' },
      attributes: { exp: 1_800_000_000 },
    });
    expect(put.body).toMatchObject({
      value: 'two',
      contentType: 'text/plain',
      tags: { kind: 'test' },
      attributes: { enabled: true, exp: 1_800_000_000, created: 1_795_593_600 },
    });
    expect(put.body['id']).toMatch(
      /^https:\/\/keyturn-local\.vault\.azure\.net\/secrets\/Conn-a\/[0-9a-f]{32}$/,
    );
    expect((await vault(cloud, 'GET', '/secrets/conn-a/')).body['value']).toBe('two');
    const versions = (await vault(cloud, 'GET', '/secrets/conn-a/versions')).body['value'] as {
      id: string;
    }[];
    expect(versions).toHaveLength(2);
    const first = new URL(versions[0]?.id ?? '').pathname;
    expect((await vault(cloud, 'GET', first)).body['value']).toBe('one');
    expect(JSON.stringify(versions)).not.toContain('"value"');
  });

  it('changes attributes without a new version, and gives no disabled secret', async () => {
    const cloud = testCloud();
    const { body } = await vault(cloud, 'PUT', '/secrets/a', { value: 'one', tags: { a: 'b' } });
    const version = new URL(String(body['id'])).pathname;
    const patched = await vault(cloud, 'PATCH', version, { attributes: { enabled: false } });
    expect(patched.body).toMatchObject({ attributes: { enabled: false }, tags: { a: 'b' } });
    expect(patched.body).not.toHaveProperty('value');
    const got = await vault(cloud, 'GET', '/secrets/a/');
    expect(got.status).toBe(403);
    expect(got.body).toMatchObject({
      error: { code: 'Forbidden', innererror: { code: 'SecretDisabled' } },
    });
  });

  it('pages its lists by links on the real host', async () => {
    const cloud = testCloud();
    for (let index = 0; index < 5; index += 1) {
      await vault(cloud, 'PUT', `/secrets/s${index}`, { value: 'x' });
    }
    const { body } = await vault(cloud, 'GET', '/secrets?maxresults=3');
    expect(body['value']).toHaveLength(3);
    const next = String(body['nextLink']);
    expect(next).toMatch(/^https:\/\/keyturn-local\.vault\.azure\.net\/secrets\?api-version=/);
    const rest = await cloud.json(next.replace('https://', '/'), {
      headers: { authorization: `Bearer ${await cloud.token('https://vault.azure.net')}` },
    });
    expect(rest).toMatchObject({ nextLink: null });
    expect(rest['value']).toHaveLength(2);
  });

  it('deletes softly: the name is taken until recovered or purged', async () => {
    const cloud = testCloud();
    await vault(cloud, 'PUT', '/secrets/a', { value: 'one' });
    const deleted = await vault(cloud, 'DELETE', '/secrets/a');
    expect(deleted.body).toMatchObject({
      recoveryId: 'https://keyturn-local.vault.azure.net/deletedsecrets/a',
      deletedDate: 1_795_593_600,
      scheduledPurgeDate: 1_795_593_600 + 90 * 86_400,
    });
    expect((await vault(cloud, 'GET', '/secrets/a')).body).toMatchObject({
      error: { code: 'SecretNotFound' },
    });
    const again = await vault(cloud, 'PUT', '/secrets/a', { value: 'two' });
    expect(again).toMatchObject({
      status: 409,
      body: {
        error: { code: 'Conflict', innererror: { code: 'ObjectIsDeletedButRecoverable' } },
      },
    });
    expect((await vault(cloud, 'GET', '/deletedsecrets/a')).status).toBe(200);
    expect((await vault(cloud, 'POST', '/deletedsecrets/a/recover')).status).toBe(200);
    expect((await vault(cloud, 'GET', '/secrets/a')).body['value']).toBe('one');
    await vault(cloud, 'DELETE', '/secrets/a');
    expect((await vault(cloud, 'DELETE', '/deletedsecrets/a')).status).toBe(204);
    expect((await vault(cloud, 'PUT', '/secrets/a', { value: 'two' })).status).toBe(200);
  });

  it('refuses bad names, missing and long values, and callers without a role', async () => {
    const cloud = testCloud();
    expect((await vault(cloud, 'PUT', '/secrets/a_b', { value: 'x' })).status).toBe(400);
    expect((await vault(cloud, 'PUT', '/secrets/a', {})).status).toBe(400);
    expect((await vault(cloud, 'PUT', '/secrets/a', { value: 'x'.repeat(25_601) })).status).toBe(
      400,
    );
    const { clientId, clientSecret } = installation.apiCaller;
    const { access_token: stranger } = await cloud.json(
      `/login.microsoftonline.com/${installation.tenantId}/oauth2/v2.0/token`,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          scope: 'https://vault.azure.net/.default',
        }),
      },
    );
    const answer = await cloud.json(`${host}/secrets/a?api-version=2025-07-01`, {
      headers: { authorization: `Bearer ${String(stranger)}` },
    });
    expect(answer).toMatchObject({ error: { innererror: { code: 'ForbiddenByRbac' } } });
  });

  it('shows names, versions and attributes on the control, and a value nowhere', async () => {
    const cloud = testCloud();
    await vault(cloud, 'PUT', '/secrets/a', { value: 'the-value-itself' });
    await vault(cloud, 'PUT', '/secrets/a', { value: 'the-value-itself' });
    expect(await cloud.control('GET', 'vault')).toMatchObject([
      { vault: 'keyturn-local.vault.azure.net', name: 'a', versions: 2, deleted: false },
    ]);
    const shown = JSON.stringify([
      await cloud.control('GET', 'vault'),
      await cloud.control('GET', 'requests'),
    ]);
    expect(shown).not.toContain('the-value-itself');
  });
});
