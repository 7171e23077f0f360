import { describe, expect, it } from 'vitest';
import { checkTenant } from '../../shared/checks/check-tenant.ts';
import { startNight } from '../../shared/checks/start-night.ts';
import type { DirectoryObject } from '../../shared/credentials/directory-object.ts';
import { graphCredentialSource } from '../../shared/credentials/graph-credential-source.ts';
import { graphOwners } from '../../shared/credentials/graph-owners.ts';
import { AppError } from '../../shared/errors.ts';
import { appWithSecret, checksHouse, directoryOf, person, TENANT } from '../support/checks.ts';
import { aConsumer } from '../support/consumers.ts';
import { rawCredential } from '../support/directory.ts';
import {
  application,
  graphError,
  json,
  linkTo,
  pageOf,
  scriptedGraph,
} from '../support/scripted-graph.ts';

const SOON = '2026-12-01T00:00:00Z';
const FAR = '2028-12-01T00:00:00Z';
const broken = (list: string, reason = `${list} broke off.`) =>
  ({ kind: 'incomplete', list, reason }) as const;
const manyApps = (count: number): DirectoryObject[] =>
  Array.from({ length: count }, (_, n) => appWithSecret(`many${n}`, FAR));

describe('a check of one tenant', () => {
  it('keeps what needs attention and counts the rest', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([appWithSecret('a', SOON), appWithSecret('b', FAR)]);
    const [run] = await house.night();
    expect(run).toMatchObject({
      tenantId: TENANT,
      status: 'complete',
      reasons: [],
      counts: { applications: 2, credentials: 2, expiring: 1, ok: 1 },
      coverage: {
        applications: { read: 2, complete: true },
        servicePrincipals: { read: 0, complete: true },
      },
      startedAt: '2026-11-25T02:00:00.000Z',
      endedAt: '2026-11-25T02:00:00.000Z',
    });
    expect(await house.findings()).toMatchObject([
      {
        tenantId: TENANT,
        keyId: 'key-of-a',
        name: 'prod',
        status: 'expiring',
        stage: 7,
        daysLeft: 5,
        expiresAt: '2026-12-01T00:00:00.000Z',
        holder: { type: 'application', objectId: 'a' },
        firstSeenAt: '2026-11-25T02:00:00.000Z',
        closedAt: null,
      },
    ]);
  });

  it('keeps what is expired, undated, or ends within 60 days without being due', async () => {
    const house = checksHouse();
    const undated = appWithSecret('undated', SOON);
    undated.passwordCredentials = [rawCredential({ keyId: 'u' })];
    house.directory.events = directoryOf([
      appWithSecret('expired-long-ago', '2020-01-01T00:00:00Z', '2019-01-01T00:00:00Z'),
      appWithSecret('monthly', '2026-12-20T00:00:00Z', '2026-11-20T00:00:00Z'),
      undated,
      appWithSecret('later', '2027-01-25T00:00:00Z'),
    ]);
    await house.night();
    const kept = await house.findings();
    expect(new Map(kept.map(({ holder, stage }) => [holder.objectId, stage]))).toEqual(
      new Map([
        ['expired-long-ago', null],
        ['monthly', null],
        ['undated', null],
      ]),
    );
  });

  it('writes down who uses the application, and asks anew for what it could not read', async () => {
    const house = checksHouse();
    const { tenantId: _, appId: __, ...consumer } = aConsumer();
    house.directory.events = directoryOf([appWithSecret('a', SOON)]);
    house.directory.consumers = { 'app-of-a': [consumer] };
    await house.night();
    expect((await house.findings())[0]?.consumers).toEqual([consumer]);
    house.directory.events = [broken('applications')];
    house.directory.consumers = {};
    await startNight(house.deps, { tenantIds: [TENANT], reason: 'test' });
    const { findings } = await checkTenant(house.deps, house.queue.take()?.runId ?? '');
    expect(findings[0]?.consumers).toEqual([]);
  });

  it('asks for owners only of what is due', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([
      appWithSecret('due', SOON),
      appWithSecret('monthly', '2026-12-20T00:00:00Z', '2026-11-20T00:00:00Z'),
      appWithSecret('ok', FAR),
    ]);
    house.directory.owners = {
      owners: new Map([['due', [person('ada')]]]),
      incomplete: [],
      notes: [],
    };
    await house.night();
    expect(house.asked).toEqual(['due']);
    const due = (await house.findings()).find(({ holder }) => holder.objectId === 'due');
    expect(due?.owners).toMatchObject([{ address: 'ada@contoso.example' }]);
  });

  it('keeps the owners that are known when they cannot be read, and says so', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([appWithSecret('a', SOON)]);
    house.directory.owners = {
      owners: new Map([['a', [person('ada')]]]),
      incomplete: [],
      notes: [],
    };
    await house.night();
    house.directory.owners = new Error('boom');
    const [run] = await house.night();
    expect(run?.status).toBe('partial');
    expect(run?.reasons.join()).toContain('owners');
    expect((await house.findings())[0]?.owners).toHaveLength(1);
  });

  it('is complete, with the missing permission named, when owners come without a name', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([appWithSecret('a', SOON)]);
    house.directory.owners = {
      owners: new Map([['a', []]]),
      incomplete: [],
      notes: ['Give it User.ReadBasic.All.'],
    };
    const [run] = await house.night();
    expect(run).toMatchObject({ status: 'complete', reasons: ['Give it User.ReadBasic.All.'] });
    expect(run?.coverage['owners']).toEqual({ read: 1, complete: false });
  });

  it('closes what a complete run no longer sees, and opens it again when it comes back', async () => {
    const house = checksHouse();
    const [a, b] = [appWithSecret('a', SOON), appWithSecret('b', SOON)];
    house.directory.events = directoryOf([a, b]);
    await house.night();
    house.clock.set('2026-11-26T02:00:00Z');
    house.directory.events = directoryOf([{ ...a, passwordCredentials: [] }, b]);
    await house.night();
    const closed = (await house.findings()).find(({ holder }) => holder.objectId === 'a');
    expect(closed).toMatchObject({
      closedAt: '2026-11-26T02:00:00.000Z',
      lastSeenAt: '2026-11-25T02:00:00.000Z',
    });
    house.clock.set('2026-11-27T02:00:00Z');
    house.directory.events = directoryOf([a, b]);
    await house.night();
    const back = (await house.findings()).find(({ holder }) => holder.objectId === 'a');
    expect(back).toMatchObject({
      closedAt: null,
      firstSeenAt: '2026-11-25T02:00:00.000Z',
      lastSeenAt: '2026-11-27T02:00:00.000Z',
    });
  });

  it('closes nothing when a list broke off, and goes on warning about what it could not read', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([appWithSecret('a', SOON), appWithSecret('b', SOON)]);
    await house.night();
    house.clock.set('2026-11-29T02:00:00Z');
    house.directory.events = [
      { kind: 'page', list: 'applications', objects: [appWithSecret('a', SOON)] },
      broken('applications', 'Only 1 applications were read.'),
    ];
    const [queued] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'test' });
    const { run, findings } = await checkTenant(house.deps, queued?.runId ?? '');
    expect(run).toMatchObject({ status: 'partial', reasons: ['Only 1 applications were read.'] });
    expect(run.coverage['applications']).toEqual({ read: 1, complete: false });
    const unread = findings.find(({ holder }) => holder.objectId === 'b');
    expect(unread).toMatchObject({
      closedAt: null,
      stage: 3,
      daysLeft: 1,
      lastSeenAt: '2026-11-25T02:00:00.000Z',
    });
  });

  it('is failed when the applications list gave nothing, whatever else was read', async () => {
    const house = checksHouse();
    house.directory.events = [
      broken('applications', 'Give it Application.Read.All.'),
      { kind: 'page', list: 'servicePrincipals', objects: [appWithSecret('sp', SOON)] },
    ];
    const [run] = await house.night();
    expect(run).toMatchObject({ status: 'failed', reasons: ['Give it Application.Read.All.'] });
    expect(await house.findings()).toHaveLength(1);
  });

  it('is partial when only enterprise applications could not be read', async () => {
    const house = checksHouse();
    house.directory.events = [
      { kind: 'page', list: 'applications', objects: [appWithSecret('a', SOON)] },
      broken('servicePrincipals'),
    ];
    expect((await house.night())[0]?.status).toBe('partial');
  });

  it('is partial when an entry could not be read', async () => {
    const house = checksHouse();
    house.directory.events = [
      ...directoryOf([appWithSecret('a', SOON)]),
      { kind: 'skipped', where: 'applications/x', reason: 'it is not a JSON object' },
    ];
    const [run] = await house.night();
    expect(run?.status).toBe('partial');
    expect(run?.reasons.join()).toContain('applications/x');
  });

  it('is failed, not lost, when a source throws', async () => {
    const house = checksHouse();
    house.deps.sourceOf = () => {
      throw new AppError('not_configured', 'Set KEYTURN_CLOUD.');
    };
    const [run] = await house.night();
    expect(run?.status).toBe('failed');
    expect(run?.reasons.join()).toContain('Set KEYTURN_CLOUD.');
  });

  it('does not believe a directory that lists nothing: it says so and closes nothing', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([appWithSecret('a', SOON)]);
    await house.night();
    house.directory.events = directoryOf([]);
    const [run] = await house.night();
    expect(run?.status).toBe('complete');
    expect(run?.reasons.join()).toContain('no application at all');
    expect((await house.findings())[0]?.closedAt).toBeNull();
  });

  it('believes a directory that shrank by more than a fifth only when it is seen twice', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([...manyApps(9), appWithSecret('a', SOON)]);
    await house.night();
    house.clock.advance(86_400_000);
    house.directory.events = directoryOf(manyApps(7));
    const [first] = await house.night();
    expect(first?.reasons.join()).toContain('Read 7 applications; the last complete check read 10');
    expect((await house.findings())[0]?.closedAt).toBeNull();
    house.clock.advance(86_400_000);
    const [second] = await house.night();
    expect(second?.reasons).toEqual([]);
    expect((await house.findings())[0]?.closedAt).not.toBeNull();
  });

  it('compares with the last complete run, not with a partial one', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf(manyApps(10));
    await house.night();
    house.clock.advance(1_000);
    house.directory.events = [
      { kind: 'page', list: 'applications', objects: manyApps(2) },
      broken('applications'),
    ];
    await house.night();
    house.clock.advance(1_000);
    house.directory.events = directoryOf(manyApps(8));
    expect((await house.night())[0]?.reasons).toEqual([]);
  });

  it('done twice leaves what doing it once leaves', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([appWithSecret('a', SOON)]);
    const [queued] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'test' });
    const first = await checkTenant(house.deps, queued?.runId ?? '');
    const stored = JSON.stringify(house.tables.dump());
    const again = await checkTenant(house.deps, queued?.runId ?? '');
    expect(again).toEqual(first);
    expect(JSON.stringify(house.tables.dump())).toBe(stored);
  });

  it('that has ended is not done again', async () => {
    const house = checksHouse();
    house.directory.events = directoryOf([appWithSecret('a', SOON)]);
    const [ended] = await house.night();
    house.directory.events = [broken('applications')];
    expect(await checkTenant(house.deps, ended?.runId ?? '')).toEqual({
      run: ended,
      findings: [],
      signInTrouble: null,
    });
  });

  it('of a run that nobody knows is refused', async () => {
    const house = checksHouse();
    await expect(checkTenant(house.deps, '../x')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a check of one tenant over the Graph SDK', () => {
  const checkOver = async (script: Parameters<typeof scriptedGraph>[0]) => {
    const graph = scriptedGraph(script);
    const house = checksHouse();
    house.deps.sourceOf = () => graphCredentialSource(graph);
    house.deps.ownersOf = () => graphOwners(graph);
    const [run] = await house.night();
    return { run, findings: await house.findings(), calls: graph.calls };
  };
  const first = {
    value: [application('a'), application('b', FAR)],
    '@odata.nextLink': linkTo('applications', 'p2'),
  };
  const owners = json.bind(null, { responses: [{ id: '0', status: 200, body: { value: [] } }] });
  const pages = (second: () => Response) => (call: Parameters<typeof pageOf>[0]) => {
    if (call.url.pathname.endsWith('$batch')) return owners();
    if (call.url.pathname.endsWith('servicePrincipals')) return json({ value: [] });
    return pageOf(call) === '' ? json(first) : second();
  };

  it.each([
    ['0.249', 429],
    ['Wed, 25 Nov 2026 02:00:02 GMT', 429],
    [null, 429],
    [null, 503],
  ])('is complete after waiting (Retry-After %s, %s)', async (retryAfter, status) => {
    let failures = 0;
    const { run } = await checkOver(
      pages(() => {
        if ((failures += 1) > 2) return json({ value: [application('b', FAR)] });
        return graphError(status, 'x', retryAfter === null ? {} : { 'retry-after': retryAfter });
      }),
    );
    expect(run).toMatchObject({ status: 'complete', counts: { applications: 2, credentials: 2 } });
  });

  it('is partial when page 2 never comes, and keeps page 1', async () => {
    const { run, findings } = await checkOver(pages(() => graphError(500)));
    expect(run?.status).toBe('partial');
    expect(run?.reasons.join()).toContain('500');
    expect(findings).toHaveLength(1);
  });

  it('is failed on 403, and names Application.Read.All', async () => {
    const { run } = await checkOver(() => graphError(403, 'Authorization_RequestDenied'));
    expect(run?.status).toBe('failed');
    expect(run?.reasons.join()).toContain('Application.Read.All');
  });
});
