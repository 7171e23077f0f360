import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { aConsumer, APP, TENANT } from '../support/consumers.ts';
import { fakeInstallation, type Answer } from '../support/fake-installation.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'keyturn-consumers-'));
});
afterEach(() => rm(folder, { recursive: true }));

const KEY = 'aaaaaaaa-0000-4000-8000-000000000001';
const NEW_KEY = 'bbbbbbbb-0000-4000-8000-000000000002';
const BC_PROD = { appId: APP.toUpperCase(), system: 'SmartConnect', name: 'BC Prod' };

async function apply(file: unknown, known: object[] = [], ...args: string[]) {
  const name = path.join(folder, 'consumers.json');
  await writeFile(name, typeof file === 'string' ? file : JSON.stringify(file));
  const { io, calls } = fakeInstallation(({ method, url }): Answer => {
    if (method === 'GET' && url.endsWith('/api/consumers')) return { body: { consumers: known } };
    if (method === 'GET') return { body: { playbooks: [] } };
    if (url.endsWith('/refused')) return { status: 400, body: { detail: 'No.' } };
    return { status: 201, body: {} };
  });
  const code = await runKeyturn(['consumers', 'apply', name, ...args], io);
  return { code, io, puts: calls.filter(({ method }) => method === 'PUT') };
}

const known = (changes = {}) => ({ ...aConsumer(changes), etag: '"v1"' });

describe('keyturn consumers apply', () => {
  it('creates what is new, with the playbooks that the file names', async () => {
    await writeFile(path.join(folder, 'hub.md'), '---\nsystems: Hub\n---\n1. x\n');
    const file = { version: 1, consumers: { 'bc-prod': BC_PROD }, playbooks: { hub: 'hub.md' } };
    const { code, io, puts } = await apply(file);
    expect(code).toBe(0);
    expect(puts.map(({ url, ifMatch }) => [url, ifMatch])).toEqual([
      ['https://keyturn.example/api/playbooks/hub', null],
      ['https://keyturn.example/api/consumers/bc-prod', null],
    ]);
    expect(puts[0]?.body).toEqual({ markdown: '---\nsystems: Hub\n---\n1. x\n' });
    expect(puts[1]?.body).toEqual(BC_PROD);
    expect(io.stdout).toContain('created: bc-prod\n2 new, 0 changed, 0 as they are.\n');
  });

  it('changes nothing when it is applied again, and says what the file does not name', async () => {
    const { code, io, puts } = await apply({ version: 1, consumers: { 'bc-prod': BC_PROD } }, [
      known({ keyId: KEY }),
      known({ id: 'other' }),
    ]);
    expect([code, puts]).toEqual([0, []]);
    expect(io.stdout).toBe(
      'as it is: bc-prod\nnot in the file: other (stays)\n0 new, 0 changed, 1 as they are.\n',
    );
  });

  it('changes what differs, in the version that it read, and keeps what the file leaves out', async () => {
    const file = { version: 1, consumers: { 'bc-prod': { ...BC_PROD, name: 'BC Live' } } };
    const { puts } = await apply(file, [known({ keyId: KEY })]);
    expect(puts).toMatchObject([
      {
        ifMatch: '"v1"',
        body: { name: 'BC Live', keyId: KEY, contact: 'erp@contoso.example', tenantId: TENANT },
      },
    ]);
  });

  it('does not undo what somebody confirmed since', async () => {
    const file = { version: 1, consumers: { 'bc-prod': { ...BC_PROD, keyId: KEY } } };
    const confirmed = known({ keyId: NEW_KEY, confirmedAt: '2026-11-25T09:00:00.000Z' });
    const { io, puts } = await apply(file, [confirmed]);
    expect(puts).toEqual([]);
    expect(io.stdout).toContain('(which secret it holds was confirmed since, and stays)');
  });

  it('takes a later word of the file', async () => {
    const enteredAt = '2026-12-01T00:00:00+01:00';
    const file = { version: 1, consumers: { 'bc-prod': { ...BC_PROD, enteredAt } } };
    const confirmed = known({ keyId: NEW_KEY, confirmedAt: '2026-11-25T09:00:00.000Z' });
    const { puts } = await apply(file, [confirmed]);
    expect(puts[0]?.body).toMatchObject({ keyId: null, enteredAt, confirmedAt: null });
  });

  it('writes nothing in a dry run', async () => {
    const { io, puts } = await apply(
      { version: 1, consumers: { 'bc-prod': BC_PROD } },
      [],
      '--dry-run',
    );
    expect(puts).toEqual([]);
    expect(io.stdout).toContain('would create: bc-prod\nNothing was written.');
  });

  it('goes on after one that is refused, and ends with 2', async () => {
    const { code, io, puts } = await apply({
      version: 1,
      consumers: { refused: BC_PROD, 'bc-prod': BC_PROD },
    });
    expect(code).toBe(2);
    expect(puts).toHaveLength(2);
    expect(io.stderr).toContain('refused: refused: No.');
    expect(io.stdout).toContain('created: bc-prod');
  });

  it.each([
    ['nonsense', 'is not JSON'],
    [{ version: 2 }, '/version'],
    [{ version: 1, consumers: { a: { system: 'x', name: 'y' } } }, '/consumers/a/appId'],
    [{ version: 1, consumers: { a: { ...BC_PROD, secret: 'x' } } }, '/consumers/a'],
    [{ version: 1, playbooks: { a: 'gone.md' } }, 'gone.md cannot be read'],
  ])('refuses %j before it calls anybody', async (file, words) => {
    const { code, io, puts } = await apply(file);
    expect([code, puts]).toEqual([2, []]);
    expect(io.stderr).toContain(words);
  });
});

describe('keyturn consumers list', () => {
  it('says what is where, and which secret it holds', async () => {
    const { io, calls } = fakeInstallation(() => ({
      body: { consumers: [known({ keyId: KEY }), known({ id: 'b', name: '\u001B[31mred' })] },
    }));
    expect(await runKeyturn(['consumers', 'list', '--app', APP], io)).toBe(0);
    expect(calls[0]?.url).toBe(`https://keyturn.example/api/consumers?appId=${APP}`);
    expect(io.stdout).toContain(
      `bc-prod: SmartConnect “BC Prod” of ${APP}, contact erp@contoso.example, holds ${KEY}\n`,
    );
    expect(io.stdout).not.toContain('\u001B');
  });

  it('asks for one of its two verbs', async () => {
    const { io } = fakeInstallation(() => ({ body: {} }));
    expect(await runKeyturn(['consumers'], io)).toBe(2);
    expect(await runKeyturn(['consumers', 'apply'], io)).toBe(2);
    expect(await runKeyturn(['consumers', 'list', '--format', 'xml'], io)).toBe(2);
  });
});
