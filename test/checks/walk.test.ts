import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { walkCredentials, type WalkOptions } from '../../shared/checks/walk.ts';
import type { CredentialSource, SourceEvent } from '../../shared/credentials/credential-source.ts';
import type { DirectoryObject } from '../../shared/credentials/directory-object.ts';
import { directoryObject, rawCredential } from '../support/directory.ts';

const now = new Date('2026-06-15T12:00:00Z');
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

const sourceOf = (...events: SourceEvent[]): CredentialSource => ({
  async *read() {
    yield* events;
  },
});
const page = (list: string, ...objects: DirectoryObject[]): SourceEvent => ({
  kind: 'page',
  list,
  objects,
});
const appWith = (objectId: string, ends: (Date | null)[], more: Partial<DirectoryObject> = {}) =>
  directoryObject({
    objectId,
    passwordCredentials: ends.map((expiresAt, index) =>
      rawCredential({ keyId: `${objectId}-${String(index)}`, startsAt: inDays(-400), expiresAt }),
    ),
    ...more,
  });
const all: WalkOptions = { now, keep: () => true };
const ends = [null, inDays(-1), inDays(5), inDays(100), new Date('2299-12-31T00:00:00Z')];

describe('walkCredentials', () => {
  it('counts every credential under exactly one of the six words', async () => {
    const future = rawCredential({ keyId: 'f', startsAt: inDays(1), expiresAt: inDays(300) });
    const { counts } = await walkCredentials(
      sourceOf(
        page('applications', appWith('a', ends), appWith('b', [])),
        page('servicePrincipals', {
          ...directoryObject({ type: 'servicePrincipal', objectId: 'c' }),
          servicePrincipalType: 'ManagedIdentity',
          passwordCredentials: [future],
        }),
      ),
      all,
    );
    expect(counts).toEqual({
      applications: 2,
      servicePrincipals: 1,
      credentials: 6,
      expired: 1,
      expiring: 1,
      ok: 1,
      notYetValid: 1,
      neverExpires: 1,
      unknownExpiry: 1,
      selfRenewing: 1,
    });
  });

  it('counts an object once when a list serves it twice, on one page or on two', async () => {
    const twice = appWith('a', [inDays(5)]);
    const walk = await walkCredentials(
      sourceOf(
        page('applications', twice, twice),
        page('applications'),
        page('applications', twice, appWith('b', [inDays(6)])),
      ),
      all,
    );
    expect(walk.counts).toMatchObject({ applications: 2, credentials: 2 });
    expect(walk.lists).toEqual({ applications: 2 });
    expect(walk.findings).toHaveLength(2);
  });

  it('counts objects without an id each, and knows a list that held nothing', async () => {
    const nameless = appWith('x', [inDays(5)], { objectId: null, appId: null });
    const walk = await walkCredentials(sourceOf(page('a', nameless, nameless), page('b')), all);
    expect(walk.counts.applications).toBe(2);
    expect(walk.lists).toEqual({ a: 2, b: 0 });
  });

  it('counts an application once whose credentials stand in several rows of a report', async () => {
    const first = appWith('x', [inDays(5)], { objectId: null });
    const second = appWith('x', [inDays(50)], { objectId: null });
    const walk = await walkCredentials(sourceOf(page('a', first, second)), all);
    expect(walk.counts).toMatchObject({ applications: 1, credentials: 2 });
    expect(walk.lists).toEqual({ a: 1 });
  });

  it('sorts by end, then id, and puts what has no believable end last', async () => {
    const { findings } = await walkCredentials(
      sourceOf(
        page(
          'applications',
          appWith('c', [inDays(5), new Date('0001-01-01T00:00:00Z')]),
          appWith('b', [null, inDays(5), inDays(-9)]),
        ),
      ),
      all,
    );
    expect(findings.map(({ keyId }) => keyId)).toEqual(['b-2', 'b-1', 'c-0', 'b-0', 'c-1']);
  });

  it('keeps only what it is asked to keep, with owners and likely consumers', async () => {
    const owners = [
      {
        id: 'o',
        type: 'user' as const,
        displayName: 'Ada',
        address: 'ada@contoso.com',
        accountEnabled: null,
      },
    ];
    const redirectUris = ['https://login.smartconnect.com/oauth'];
    const walk = await walkCredentials(
      sourceOf(page('applications', appWith('a', ends, { owners, redirectUris }))),
      { now, keep: ({ status }) => status === 'expiring' },
    );
    expect(walk.findings).toMatchObject([
      { keyId: 'a-2', owners, likelyConsumers: [{ system: 'SmartConnect' }] },
    ]);
    expect(walk.counts.credentials).toBe(5);
  });

  it('says that secrets were not read instead of finding none, once per list', async () => {
    const notRead = { passwordCredentials: null };
    const walk = await walkCredentials(
      sourceOf(
        page('applications', directoryObject({ objectId: 'a', displayName: 'First', ...notRead })),
        page('applications', directoryObject({ objectId: 'b', ...notRead })),
        page('servicePrincipals', directoryObject({ objectId: 'c', keyCredentials: null })),
      ),
      all,
    );
    expect(walk.incomplete.map(({ list }) => list)).toEqual(['applications', 'servicePrincipals']);
    expect(walk.incomplete[0]?.reason).toMatch(/^Secrets of 2 objects \(First, …\) were not read/);
    expect(walk.incomplete[1]?.reason).toMatch(/keyCredentials/);
  });

  it('does not mistake an agent identity whose appId is its object id for a repetition', async () => {
    const id = '36c718cc-848d-4b60-bfaa-6ffa027873ba';
    const blueprint = directoryObject({ objectId: id, appId: id });
    const walk = await walkCredentials(
      sourceOf(page('applications', blueprint), page('servicePrincipals', blueprint)),
      all,
    );
    expect(walk.counts.applications).toBe(2);
  });

  it('passes on what the source skipped or could not finish, and keeps the rest', async () => {
    const walk = await walkCredentials(
      sourceOf(
        { kind: 'skipped', where: 'item 3', reason: 'no object' },
        page('applications', appWith('a', [inDays(5)])),
        { kind: 'incomplete', list: 'applications', reason: 'page 2 failed' },
      ),
      all,
    );
    expect(walk.skipped).toEqual([{ where: 'item 3', reason: 'no object' }]);
    expect(walk.incomplete).toEqual([{ list: 'applications', reason: 'page 2 failed' }]);
    expect(walk.findings).toHaveLength(1);
  });

  it('holds no page longer than it takes to read it', async () => {
    const pages = 30;
    const freed: number[] = [];
    const registry = new FinalizationRegistry((index: number) => freed.push(index));
    const source: CredentialSource = {
      async *read() {
        for (let index = 0; index < pages; index += 1) {
          const objects = [appWith(`o${String(index)}`, [inDays(200)])];
          registry.register(objects, index);
          yield { kind: 'page', list: 'applications', objects };
        }
        // The walk is still in progress here.
        for (let round = 0; round < 20 && freed.length === 0; round += 1) {
          collectGarbage();
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      },
    };
    const walk = await walkCredentials(source, { now, keep: () => false });
    expect(walk.counts.applications).toBe(pages);
    expect(walk.findings).toEqual([]);
    expect(freed.length).toBeGreaterThan(0);
  });
});
