import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeInstallation, KEY, type Answer, type SentCall } from '../support/fake-installation.ts';

const CONNECTION = {
  id: 'bc-production',
  displayName: 'BC Prod',
  kind: 'businessCentral',
  grantType: 'authorizationCode',
  clientId: '906a8987-dfa5-8c83-a201-0c76c46e3449',
  serviceUrl: 'https://api.businesscentral.dynamics.com/v2.0/x/Production/ODataV4/',
  company: { id: '1', name: 'CRONUS' },
  consumers: [{ system: 'SmartConnect', name: 'BC Prod', contact: null }],
  status: 'connected',
  worksUntil: '2027-01-31T00:00:00.000Z',
  endsBecause: 'secretExpires',
  authorizedBy: { displayName: 'ERP Integration' },
  updatedAt: '2026-11-28T10:00:00.000Z',
  aMemberOfANewerVersion: true,
};
const SECRET = 'abc8Q~never-shown-anywhere';
const BODY = { displayName: 'BC Prod', kind: 'businessCentral', clientSecret: SECRET };
const URL_OF_IT = 'https://keyturn.example/api/connections/bc-production';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'keyturn-cli-'));
  file = path.join(folder, 'bc.json');
  await writeFile(file, JSON.stringify(BODY));
});
afterEach(() => rm(folder, { recursive: true }));

function installation(answers: Record<string, Answer>) {
  return fakeInstallation(({ method, url }: SentCall): Answer => {
    const asked = `${method} ${new URL(url).pathname.replace('/api/connections', '')}`;
    return answers[asked] ?? problem(404, 'There is no connection of this id.');
  });
}

function problem(status: number, detail: string, more: object = {}): Answer {
  return { status, body: { detail, correlationId: 'c-1', ...more } };
}

describe('keyturn connections', () => {
  it('lists how each is, and what to do where something is to be done', async () => {
    const stopped = {
      ...CONNECTION,
      id: 'crm',
      status: 'reauthorizationRequired',
      nextAction: 'Sign in again as erp.',
    };
    const { io } = installation({ 'GET ': { body: { connections: [CONNECTION, stopped] } } });
    expect(await runKeyturn(['connections', 'list'], io)).toBe(0);
    expect(io.stdout).toBe(
      'bc-production: “BC Prod” works, until 2027-01-31T00:00:00.000Z (the secret ends)\n' +
        'crm: “BC Prod” has stopped: somebody has to sign in again. Sign in again as erp.\n',
    );
  });

  it('shows one to people, and all of it as JSON', async () => {
    const { io } = installation({ 'GET /bc-production': { body: CONNECTION } });
    expect(await runKeyturn(['connections', 'show', 'bc-production'], io)).toBe(0);
    expect(io.stdout).toContain('  Company: CRONUS\n  Signed in: ERP Integration\n');
    expect(io.stdout).toContain('  Used by: SmartConnect “BC Prod”\n');
    const json = installation({ 'GET /bc-production': { body: CONNECTION } }).io;
    await runKeyturn(['connections', 'show', 'bc-production', '--format', 'json'], json);
    expect(JSON.parse(json.stdout)).toEqual(CONNECTION);
  });

  it('creates what is not there, and shows no secret', async () => {
    const { io, calls } = installation({
      'PUT /bc-production': { status: 201, body: { ...CONNECTION, status: 'pending' } },
    });
    expect(await runKeyturn(['connections', 'put', 'bc-production', file], io)).toBe(0);
    expect(calls.at(-1)).toMatchObject({
      method: 'PUT',
      url: URL_OF_IT,
      body: BODY,
      ifMatch: null,
      ifNoneMatch: '*',
    });
    expect(io.stdout).toContain('created bc-production: “BC Prod” is not connected yet');
    expect(io.stdout + io.stderr).not.toContain(SECRET);
  });

  it('changes the version that it has read', async () => {
    const { io, calls } = installation({
      'GET /bc-production': { body: CONNECTION, etag: '"v1"' },
      'PUT /bc-production': { body: CONNECTION },
    });
    expect(await runKeyturn(['connections', 'put', 'bc-production', file], io)).toBe(0);
    expect(calls.at(-1)).toMatchObject({ ifMatch: '"v1"', ifNoneMatch: null });
    expect(io.stdout).toContain('changed bc-production');
  });

  it('does not write over what somebody changed since the file was made', async () => {
    await writeFile(file, JSON.stringify({ ...BODY, updatedAt: '2026-11-01T00:00:00.000Z' }));
    const { io, calls } = installation({
      'GET /bc-production': { body: CONNECTION, etag: '"v1"' },
    });
    expect(await runKeyturn(['connections', 'put', 'bc-production', file], io)).toBe(2);
    expect(io.stderr).toContain('somebody has changed the connection');
    expect(calls.map(({ method }) => method)).toEqual(['GET']);
  });

  it('says which member is wrong, and repeats nothing of the file', async () => {
    const errors = [{ pointer: '/clientSecret', detail: 'This is the Secret ID.' }];
    const { io } = installation({
      'PUT /bc-production': problem(400, 'The body is wrong.', { errors }),
    });
    expect(await runKeyturn(['connections', 'put', 'bc-production', file], io)).toBe(2);
    expect(io.stderr).toContain('This is the Secret ID. (/clientSecret)');
    await writeFile(file, `{"clientSecret": "${SECRET}"`);
    expect(await runKeyturn(['connections', 'put', 'bc-production', file], io)).toBe(2);
    expect(io.stderr).toContain('is not JSON');
    expect(io.stdout + io.stderr).not.toContain(SECRET);
  });

  it('prints the link for whoever signs in, alone, and what to do with it beside', async () => {
    const link = { url: 'https://keyturn.example/act#token', expiresAt: '2026-12-23T00:00:00Z' };
    const { io, calls } = installation({
      'POST /bc-production/connect-links': { status: 201, body: link },
    });
    const args = ['connections', 'connect', 'bc-production', '--account', 'erp@contoso.example'];
    expect(await runKeyturn(args, io)).toBe(0);
    expect(io.stdout).toBe(`${link.url}\n`);
    expect(io.stderr).toContain('private window');
    expect(calls[0]?.body).toEqual({ loginHint: 'erp@contoso.example' });
  });

  it('approves the account that it shows, and no other', async () => {
    const objectId = 'aaaaaaaa-0000-4000-8000-000000000001';
    const tenantId = '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0';
    const waiting = {
      ...CONNECTION,
      status: 'pendingApproval',
      awaitingApproval: { displayName: 'ERP\u001b[2J', objectId, tenantId },
    };
    const answers = {
      'GET /bc-production': { body: waiting },
      'POST /bc-production/approve': { body: CONNECTION },
    };
    const { io, calls } = installation(answers);
    const approve = ['connections', 'approve', 'bc-production'];
    expect(await runKeyturn(approve, io)).toBe(0);
    expect(calls.at(-1)).toMatchObject({ method: 'POST', body: { objectId } });
    expect(io.stdout).toContain(`object id ${objectId}, tenant ${tenantId}`);
    expect(io.stdout).not.toContain('\u001b');
    const other = installation(answers);
    const meant = 'bbbbbbbb-0000-4000-8000-000000000002';
    expect(await runKeyturn([...approve, '--user', meant], other.io)).toBe(2);
    expect(other.calls.map(({ method }) => method)).toEqual(['GET']);
    const nobody = installation({ 'GET /bc-production': { body: CONNECTION } });
    expect(await runKeyturn(approve, nobody.io)).toBe(2);
    expect(nobody.io.stderr).toContain('Nobody waits for approval');
  });

  it('says which companies a working connection sees', async () => {
    const companies = [{ id: '1', name: 'CRONUS', displayName: 'CRONUS International Ltd.' }];
    const { io } = installation({
      'POST /bc-production/test': { body: { ok: true, companies, warnings: ['Look here.'] } },
    });
    expect(await runKeyturn(['connections', 'test', 'bc-production'], io)).toBe(0);
    expect(io.stdout).toBe(
      'bc-production works.\n  company “CRONUS” (CRONUS International Ltd.)\n',
    );
    expect(io.stderr).toBe('Look here.\n');
  });

  it('ends with 2, the cause and the next action when a test fails', async () => {
    const body = {
      ok: false,
      status: 'appCredentialBroken',
      code: 'app_credential_broken',
      detail: 'The secret has ended (AADSTS7000222).',
      nextAction: 'Create a new one.',
    };
    const { io } = installation({ 'POST /bc-production/test': { body } });
    expect(await runKeyturn(['connections', 'test', 'bc-production'], io)).toBe(2);
    expect(io.stderr).toBe(
      'bc-production does not work. The secret has ended (AADSTS7000222). Create a new one.\n',
    );
  });

  it('removes the version that it has read, and says what can still be brought back', async () => {
    const { io, calls } = installation({
      'GET /bc-production': { body: CONNECTION, etag: '"v1"' },
      'DELETE /bc-production': {
        body: { removed: true, recoverableUntil: '2027-02-01T00:00:00Z', unfinished: false },
      },
    });
    expect(await runKeyturn(['connections', 'delete', 'bc-production'], io)).toBe(0);
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE', ifMatch: '"v1"' });
    expect(io.stdout).toContain('until 2027-02-01');
  });

  it.each([
    [[], 'say one of'],
    [['toString'], 'say one of'],
    [['show'], 'show takes the id'],
    [['put', 'x'], 'and a file'],
    [['test', 'x', '--anybody'], 'test takes no --anybody'],
    [['list', '--format', 'xml'], '--format is'],
  ])('refuses %j before it calls anybody', async (args, words) => {
    const { io, calls } = installation({});
    expect(await runKeyturn(['connections', ...args], io)).toBe(2);
    expect(io.stderr).toContain(words);
    expect(calls).toEqual([]);
    expect(io.stdout + io.stderr).not.toContain(KEY);
  });
});
