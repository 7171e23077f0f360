import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { application, guid, NOW, secret, user, type GraphJson } from '../support/graph-tenant.ts';
import {
  startInstallation,
  type Installation,
  type RunAnswer,
  type SentRequest,
} from '../support/installation.ts';

const ANNA = user('anna');
/** Three pages of applications, with a secret that ends on each. */
const PAGE = 2;
const APPLICATIONS = Array.from({ length: 6 }, (_, index) =>
  application(index, {
    owners: [ANNA.id],
    passwordCredentials: [secret(guid('c0', index), 20.5 + index)],
  }),
);
const FIRST_PAGE = '^/v1\\.0/applications\\?(?!.*skiptoken)';
const SECOND_PAGE = '^/v1\\.0/applications\\?.*skiptoken';
const GRAPH_SAYS = (code: string) => ({ error: { code, message: 'as Graph words it' } });
const BUSY = { status: 429, body: GRAPH_SAYS('TooManyRequests') };
const ALL_PERMISSIONS = [
  'Application.Read.All',
  'User.Read.All',
  'Organization.Read.All',
  'Mail.Send',
];

let keyturn: Installation;

beforeAll(async () => {
  keyturn = await startInstallation({ now: NOW });
});

afterAll(() => keyturn?.stop());

beforeEach(async () => {
  await keyturn.control('DELETE', 'faults');
  await keyturn.control('PUT', 'permissions', { monitor: ALL_PERMISSIONS });
  await tenant(APPLICATIONS);
  await keyturn.control('DELETE', 'requests');
});

async function tenant(applications: GraphJson[]): Promise<void> {
  await keyturn.control('PUT', 'tenant', { applications, users: [ANNA], paging: { size: PAGE } });
}

async function fault(answer: Record<string, unknown>, path = FIRST_PAGE): Promise<void> {
  await keyturn.control('POST', 'faults', {
    host: 'graph.microsoft.com',
    method: 'GET',
    path,
    ...answer,
  });
}

async function keyIds(): Promise<(string | null)[]> {
  return (await keyturn.findings()).map(({ keyId }) => keyId);
}

/** When each call for a page of applications left. */
async function asked(path: string): Promise<number[]> {
  const isWanted = ({ method, url }: SentRequest) => {
    const { pathname, search } = new URL(url);
    return method === 'GET' && new RegExp(path).test(decodeURIComponent(pathname + search));
  };
  return (await keyturn.graphRequests()).filter(isWanted).map(({ at }) => Date.parse(at));
}

function isWhole(run: RunAnswer): void {
  expect(run).toMatchObject({ status: 'complete', reasons: [] });
  expect(run.coverage['applications']).toEqual({ read: APPLICATIONS.length, complete: true });
}

/** Mails to whoever is warned; operations hear of the reading itself. */
async function warnings() {
  return (await keyturn.mails()).filter(({ to }) => !to.includes('operations@contoso.example'));
}

describe('a run while Microsoft Graph has trouble', () => {
  it('is complete after 429 with a Retry-After that is a decimal', async () => {
    await fault({ ...BUSY, headers: { 'Retry-After': '0.249' }, times: 1 });
    isWhole(await keyturn.check());
    const [first = 0, second = 0, ...more] = await asked(FIRST_PAGE);
    expect(second - first).toBeGreaterThanOrEqual(249);
    expect(more).toEqual([]);
  });

  it('is complete after 429 with a Retry-After that is a date, and waits for that date', async () => {
    const { now } = await keyturn.control<{ now: string }>('POST', 'clock', { advance: 'PT0S' });
    const date = new Date(Date.parse(now) + 4_000);
    await fault({ ...BUSY, headers: { 'Retry-After': date.toUTCString() }, times: 1 });
    isWhole(await keyturn.check());
    const [, second = 0, ...more] = await asked(FIRST_PAGE);
    expect(second).toBeGreaterThanOrEqual(Date.parse(date.toUTCString()));
    expect(more).toEqual([]);
  });

  it('is complete after 429 without Retry-After', async () => {
    await fault({ ...BUSY, times: 1 });
    isWhole(await keyturn.check());
    expect(await asked(FIRST_PAGE)).toHaveLength(2);
  });

  it('is complete after 503 twice', async () => {
    await fault({ status: 503, body: GRAPH_SAYS('ServiceUnavailable'), times: 2 });
    isWhole(await keyturn.check());
    expect(await asked(FIRST_PAGE)).toHaveLength(3);
  });

  it('is partial when page 2 keeps failing, says so, and gives up within a minute', async () => {
    await fault({ status: 500, body: GRAPH_SAYS('InternalServerError') }, SECOND_PAGE);
    const run = await keyturn.check();
    expect(run.status).toBe('partial');
    expect(run.coverage['applications']).toEqual({ read: PAGE, complete: false });
    expect(run.coverage['servicePrincipals']).toEqual({ read: 0, complete: true });
    expect(run.reasons).toEqual([
      expect.stringMatching(
        /Only 2 applications were read, not all: do not treat silence as OK\. .*Start the check again/,
      ),
    ]);
    const tries = await asked(SECOND_PAGE);
    expect(tries).toHaveLength(4);
    expect((tries.at(-1) ?? 0) - (tries[0] ?? 0)).toBeLessThan(30_000);
  });

  it.each(['a 403 on the list', 'no permission at all'])(
    'has failed after %s, and names the permission',
    async (trouble) => {
      if (trouble === 'no permission at all') {
        const monitor = ALL_PERMISSIONS.filter((one) => one !== 'Application.Read.All');
        await keyturn.control('PUT', 'permissions', { monitor });
      } else await fault({ status: 403, body: GRAPH_SAYS('Authorization_RequestDenied') });
      const printedBefore = keyturn.printed.length;
      const run = await keyturn.check();
      expect(run.status).toBe('failed');
      expect(run.coverage['applications']).toEqual({ read: 0, complete: false });
      expect(run.reasons[0]).toMatch(
        /^No applications were read\. .*Give its identity the application permission Application\.Read\.All with admin consent/,
      );
      expect(await asked(FIRST_PAGE)).toHaveLength(1);
      // An operator sees it without asking for the run.
      expect(keyturn.printed.slice(printedBefore).join('\n')).toContain(
        'a tenant could not be checked',
      );
    },
  );
});

describe('what a run that did not read everything may do', () => {
  const GONE = guid('c0', 0);
  const withoutFirst = APPLICATIONS.map((one, index) =>
    index === 0 ? { ...one, passwordCredentials: [] } : one,
  );

  it('closes no finding when it is partial; the next complete one does', async () => {
    isWhole(await keyturn.check());
    expect(await keyIds()).toContain(GONE);
    await tenant(withoutFirst);
    await fault({ status: 500, body: GRAPH_SAYS('InternalServerError') }, SECOND_PAGE);
    expect((await keyturn.check()).status).toBe('partial');
    expect(await keyIds()).toHaveLength(APPLICATIONS.length);
    expect(await keyIds()).toContain(GONE);
    await keyturn.control('DELETE', 'faults');
    isWhole(await keyturn.check());
    expect(await keyIds()).toHaveLength(APPLICATIONS.length - 1);
    expect(await keyIds()).not.toContain(GONE);
  });

  it('warns nobody and closes nothing when it has failed, which operations hear; the next good one tells', async () => {
    isWhole(await keyturn.check());
    const before = { mails: await warnings(), keyIds: await keyIds() };
    const added = application(99, {
      owners: [ANNA.id],
      passwordCredentials: [secret(guid('c0', 99), 6.5)],
    });
    await tenant([...APPLICATIONS, added]);
    await fault({ status: 403, body: GRAPH_SAYS('Authorization_RequestDenied') });
    expect((await keyturn.check()).status).toBe('failed');
    expect({ mails: await warnings(), keyIds: await keyIds() }).toEqual(before);
    expect((await keyturn.mails()).at(-1)).toMatchObject({
      to: ['operations@contoso.example'],
      text: expect.stringContaining('Application.Read.All'),
    });
    await keyturn.control('DELETE', 'faults');
    expect((await keyturn.check()).status).toBe('complete');
    const news = (await warnings()).slice(before.mails.length);
    expect(news.map(({ to }) => to.join()).toSorted()).toEqual([
      'anna@contoso.example',
      'fallback@contoso.example',
    ]);
    for (const { text } of news) expect(text).toContain('Orders 99');
  });

  it('tells what it could read when it is partial', async () => {
    const ending = application(0, {
      owners: [ANNA.id],
      passwordCredentials: [secret(guid('c3', 0), 2.5)],
    });
    await tenant([ending, ...APPLICATIONS.slice(1)]);
    const before = (await warnings()).length;
    await fault({ status: 500, body: GRAPH_SAYS('InternalServerError') }, SECOND_PAGE);
    expect((await keyturn.check()).status).toBe('partial');
    const news = (await warnings()).slice(before);
    expect(news.map(({ to }) => to.join()).toSorted()).toEqual([
      'anna@contoso.example',
      'fallback@contoso.example',
    ]);
  });
});
