import { checkTenant, type CheckTenantDeps } from '../../shared/checks/check-tenant.ts';
import { findingStore } from '../../shared/checks/finding-store.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { finishRun } from '../../shared/checks/finish-run.ts';
import { runStore } from '../../shared/checks/run-store.ts';
import type { Run } from '../../shared/checks/run.ts';
import {
  startNight,
  type CheckMessage,
  type StartNightDeps,
} from '../../shared/checks/start-night.ts';
import type { RecordedConsumer } from '../../shared/credentials/credential.ts';
import type { CredentialSource, SourceEvent } from '../../shared/credentials/credential-source.ts';
import type { DirectoryObject, Owner } from '../../shared/credentials/directory-object.ts';
import type { OwnerLookup, OwnersRead } from '../../shared/credentials/owner-lookup.ts';
import type { SignInsRead } from '../../shared/credentials/sign-in-activity.ts';
import type { Directory } from '../../shared/wiring/monitor-parts.ts';
import { memoryQueue, type MemoryQueue } from '../../shared/storage/memory-queue.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import type { Queue } from '../../shared/storage/queue.ts';
import type { OpenTable } from '../../shared/storage/table.ts';
import { directoryObject, rawCredential } from './directory.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { seeded } from './random.ts';

export const TENANT = '11111111-2222-4333-8444-555555555555';
export const OTHER_TENANT = '99999999-2222-4333-8444-555555555555';

export interface ChecksHouse {
  clock: FakeClock;
  tables: ReturnType<typeof memoryTables>;
  queue: MemoryQueue<CheckMessage>;
  deps: StartNightDeps & CheckTenantDeps;
  /** What the tenants' directories say from now on. */
  directory: {
    events: SourceEvent[];
    owners: OwnersRead | Error;
    /** Whose addresses an owner may name. */
    domains: string[];
    /** By appId. */
    consumers: Record<string, RecordedConsumer[]>;
    /** What is read about sign-ins; null while that is switched off. */
    signIns: SignInsRead | null;
  };
  /** Whose owners were asked for. */
  asked: string[];
  findings(tenantId?: string): Promise<Finding[]>;
  /** A night from start to end, without alerts; gives back the runs as they are kept. */
  night(tenantIds?: string[]): Promise<Run[]>;
}

interface Between {
  tables?: (open: OpenTable) => OpenTable;
  queue?: (queue: Queue<CheckMessage>) => Queue<CheckMessage>;
}

/** The use cases of checks/ over memory stores and a directory that the test writes down. */
export function checksHouse({
  tables: wrap = (open) => open,
  queue: wrapQueue = (q) => q,
}: Between = {}): ChecksHouse {
  const clock = fakeClock('2026-11-25T02:00:00Z');
  const tables = memoryTables();
  const queue = memoryQueue<CheckMessage>(clock);
  const open = wrap(tables.open);
  const directory: ChecksHouse['directory'] = {
    events: [],
    owners: { owners: new Map(), incomplete: [], notes: [] },
    domains: ['contoso.example'],
    consumers: {},
    signIns: null,
  };
  const asked: string[] = [];
  const ownerLookup: OwnerLookup = {
    ownersOf: async (holders) => {
      asked.push(...holders.map(({ objectId }) => objectId));
      if (directory.owners instanceof Error) throw directory.owners;
      return directory.owners;
    },
  };
  const deps = {
    runs: runStore(open),
    findings: findingStore(open),
    queue: wrapQueue(queue),
    clock,
    random: seeded(7),
    sourceOf: (): CredentialSource => ({
      read: async function* read() {
        yield* directory.events;
      },
    }),
    ownersOf: () => ownerLookup,
    nameOf: async () => 'Contoso',
    domainsOf: async () => directory.domains,
    signInsOf: () => {
      const { signIns } = directory;
      return signIns === null ? null : { read: async () => signIns };
    },
    consumersOf: async () => (appId: string) => directory.consumers[appId] ?? [],
  };
  return {
    clock,
    tables,
    queue,
    deps,
    directory,
    asked,
    findings: (tenantId = TENANT) => all(findingStore(tables.open).ofTenant(tenantId)),
    night: async (tenantIds = [TENANT]) => {
      await startNight(deps, { tenantIds, reason: 'test' });
      return drain(deps, queue);
    },
  };
}

/** Works the queue off as checkTenant's function does. */
export async function drain(
  deps: CheckTenantDeps,
  queue: MemoryQueue<CheckMessage>,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (let message = queue.take(); message !== null; message = queue.take()) {
    const { run } = await checkTenant(deps, message.runId);
    runs.push(await finishRun(deps, run));
  }
  return runs;
}

/** An application with one secret that ends on this instant. */
export function appWithSecret(
  id: string,
  expiresAt: string,
  startsAt = '2026-01-01T00:00:00Z',
): DirectoryObject {
  return directoryObject({
    objectId: id,
    appId: `app-of-${id}`,
    displayName: `Application ${id}`,
    passwordCredentials: [
      rawCredential({
        keyId: `key-of-${id}`,
        displayName: 'prod',
        startsAt: new Date(startsAt),
        expiresAt: new Date(expiresAt),
      }),
    ],
  });
}

/** A directory that was read to its end. */
export function directoryOf(
  applications: DirectoryObject[],
  servicePrincipals: DirectoryObject[] = [],
): SourceEvent[] {
  return [
    { kind: 'page', list: 'applications', objects: applications },
    { kind: 'page', list: 'servicePrincipals', objects: servicePrincipals },
  ];
}

export function person(name: string): Owner {
  return {
    id: name,
    type: 'user',
    displayName: name,
    address: `${name}@contoso.example`,
    accountEnabled: true,
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A tenant whose applications may be others in each read, and what `ownersOf` says of each. */
export function tenantWith(
  objects: () => DirectoryObject[],
  ownersOf: (objectId: string) => Owner[],
): Directory {
  return {
    source: {
      read: async function* read() {
        yield* directoryOf(objects());
      },
    },
    owners: {
      ownersOf: async (holders) => ({
        owners: new Map(holders.map(({ objectId }) => [objectId, ownersOf(objectId)])),
        incomplete: [],
        notes: [],
      }),
    },
    name: async () => 'Contoso',
  };
}
