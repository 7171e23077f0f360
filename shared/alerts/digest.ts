import type { FindingStore } from '../checks/finding-store.ts';
import { findingAt } from '../checks/finding.ts';
import type { RunStore } from '../checks/run-store.ts';
import { isEnded, tenantKey, type Run } from '../checks/run.ts';
import type { Clock } from '../clock.ts';
import { mapLimited } from '../map-limited.ts';
import type { ActStore } from './act-store.ts';
import { daysBetween, type DeliveryJournal, type JournalEntry } from './delivery-journal.ts';
import type { Digest, DigestEntry, DigestSection } from './digest-item.ts';
import { addCoverage, addFinding, type DigestLists, type DigestTenant } from './digest-sections.ts';
import { ALL_TENANTS } from './scopes.ts';

export interface DigestDeps {
  runs: Pick<RunStore, 'recent' | 'get' | 'lastPopulation'>;
  findings: Pick<FindingStore, 'ofTenant'>;
  acts: Pick<ActStore, 'ofTenant'>;
  journal: Pick<DeliveryJournal, 'ofDay'>;
  /** The tenants that are watched. */
  tenantIds: () => Promise<readonly string[]>;
  clock: Pick<Clock, 'now'>;
}

/** In the order of the mail. */
const SECTIONS: readonly DigestSection['about'][] = [
  'coverage',
  'ended',
  'ending',
  'silenced',
  'faults',
  'ownerless',
  'cleanUp',
  'sent',
  'givenUp',
];
/** So many entries of a section are written out; all are counted. */
const MAX_ENTRIES = 25;
const WEEK_MS = 7 * 86_400_000;
const AT_ONCE = 8;

/** Puts a week's digest together: what ends, what is silenced, what was read, what was sent. Throws what stores throw. */
export async function readDigest(deps: DigestDeps, week: string): Promise<Digest> {
  const now = deps.clock.now();
  const lists: DigestLists = new Map();
  const tenants = await tenantsOf(deps);
  addCoverage(lists, tenants);
  for (const tenant of tenants) {
    for await (const finding of deps.findings.ofTenant(tenant.tenantId)) {
      if (finding.closedAt === null) addFinding(lists, findingAt(finding, now), { tenant, now });
    }
  }
  await addDeliveries(deps, lists, now);
  const sections = SECTIONS.map((about) => sectionOf(about, lists.get(about) ?? []));
  return { kind: 'digest', tenantId: ALL_TENANTS, tenantName: null, week, sections };
}

async function tenantsOf({ runs, acts, ...deps }: DigestDeps): Promise<DigestTenant[]> {
  const tenantIds = await deps.tenantIds();
  const recent = (await runs.recent(tenantIds.length * 2)).filter(isEnded);
  return mapLimited(tenantIds, AT_ONCE, async (tenantId) => {
    const own = recent.filter((run) => run.tenantId === tenantKey(tenantId));
    const run = own[0] ?? (await lastComplete(runs, tenantId));
    const tenantName = [...own, run].find((one) => (one?.tenantName ?? null) !== null)?.tenantName;
    return {
      tenantId,
      tenantName: tenantName ?? null,
      run,
      acts: await acts.ofTenant(tenantId),
    };
  });
}

async function lastComplete(runs: DigestDeps['runs'], tenantId: string): Promise<Run | null> {
  const population = await runs.lastPopulation(tenantId);
  return population === null ? null : runs.get(population.runId);
}

async function addDeliveries(deps: DigestDeps, lists: DigestLists, now: Date): Promise<void> {
  const from = new Date(now.getTime() - WEEK_MS);
  const sent = new Map<string, { count: number; addresses: Set<string> }>();
  const lost: DigestEntry[] = [];
  for (const day of daysBetween(from, now)) {
    for await (const entry of deps.journal.ofDay(day)) {
      if (Date.parse(entry.at) < from.getTime()) continue;
      if (entry.state === 'gaveUp') lost.push(lostEntry(entry));
      else {
        const channel = sent.get(entry.channel) ?? { count: 0, addresses: new Set() };
        channel.count += 1;
        sent.set(entry.channel, { ...channel, addresses: channel.addresses.add(entry.address) });
      }
    }
  }
  lists.set('givenUp', lost);
  lists.set(
    'sent',
    [...sent].map(([name, { count, addresses }]) => ({
      tenantId: ALL_TENANTS,
      tenantName: null,
      name,
      at: null,
      words: `${count} to ${addresses.size} ${addresses.size === 1 ? 'address' : 'addresses'}`,
    })),
  );
}

function lostEntry({ tenantId, address, because, at }: JournalEntry): DigestEntry {
  return { tenantId, tenantName: null, name: address, at, words: because ?? '' };
}

function sectionOf(about: DigestSection['about'], entries: DigestEntry[]): DigestSection {
  const sorted = BY_TIME.has(about) ? entries.toSorted(byTime) : entries;
  return { about, count: entries.length, entries: sorted.slice(0, MAX_ENTRIES) };
}

const BY_TIME: ReadonlySet<DigestSection['about']> = new Set(['ending', 'ended', 'silenced']);

function byTime(a: DigestEntry, b: DigestEntry): number {
  return (a.at ?? '') < (b.at ?? '') ? -1 : 1;
}
