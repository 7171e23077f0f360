import { createHash } from 'node:crypto';
import { mapLimited } from '../map-limited.ts';
import type { OpenTable, Table } from '../storage/table.ts';
import { findingSchema, type Finding } from './finding.ts';
import { withLastingProof } from './prove-replacements.ts';
import { tenantKey } from './run.ts';

export interface FindingStore {
  /** One kept finding, closed or not; null when there is none. */
  get(tenantId: string, id: string): Promise<Finding | null>;
  /** Every kept finding of a tenant, closed ones too. */
  ofTenant(tenantId: string): AsyncIterable<Finding>;
  /** Every kept finding of every tenant, closed ones too. */
  all(): AsyncIterable<Finding>;
  /** Keeps what a run saw; gives back every finding of the tenant that is open then, seen or not. */
  record(seen: Seen): Promise<Finding[]>;
}

interface Seen {
  tenantId: string;
  findings: readonly Finding[];
  at: Date;
  /** Whether findings that were not seen are over: only a complete run may say so. */
  closeOthers: boolean;
  /** Findings whose owners were not read in this run keep those that are known. */
  ownersRead: (finding: Finding) => boolean;
  /** Where sign-ins were not read, a proof by them is kept. Read unless told otherwise. */
  signInsRead?: boolean;
}

const AT_ONCE = 16;

/** Findings over table `findings`, partition = tenant. Recording the same run twice changes nothing. */
export function findingStore(openTable: OpenTable): FindingStore {
  const table = openTable('findings', findingSchema);
  return {
    get: async (tenantId, id) =>
      (await table.get(tenantKey(tenantId), rowOf({ id })))?.value ?? null,
    ofTenant: (tenantId) => valuesOf(table.list(tenantKey(tenantId))),
    all: () => valuesOf(table.all()),
    record: (seen) => record(table, seen),
  };
}

async function record(table: Table<Finding>, seen: Seen): Promise<Finding[]> {
  const partition = tenantKey(seen.tenantId);
  const known = new Map<string, Finding>();
  for await (const { value } of table.list(partition)) known.set(value.id, value);

  const found = seen.findings.map((finding) => merged(finding, known.get(finding.id), seen));
  const foundIds = new Set(found.map(({ id }) => id));
  const others = [...known.values()].filter(
    ({ id, closedAt }) => closedAt === null && !foundIds.has(id),
  );
  const closed = seen.closeOthers
    ? others.map((finding) => ({ ...finding, closedAt: seen.at.toISOString() }))
    : [];
  await mapLimited([...found, ...closed], AT_ONCE, (finding) =>
    table.put(partition, rowOf(finding), finding),
  );
  return seen.closeOthers ? found : [...found, ...others];
}

function merged(found: Finding, known: Finding | undefined, seen: Seen): Finding {
  if (known === undefined) return found;
  const { ownersRead, signInsRead = true } = seen;
  const finding = signInsRead ? found : withLastingProof(found, known);
  return {
    ...finding,
    firstSeenAt: known.firstSeenAt,
    owners: ownersRead(finding) ? finding.owners : known.owners,
    related: ownersRead(finding) ? finding.related : known.related,
  };
}

/** An id may hold what a key may not. */
function rowOf({ id }: Pick<Finding, 'id'>): string {
  return createHash('sha256').update(id).digest('hex');
}

async function* valuesOf(rows: AsyncIterable<{ value: Finding }>): AsyncIterable<Finding> {
  for await (const { value } of rows) yield value;
}
