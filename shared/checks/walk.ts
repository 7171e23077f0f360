import type { Credential, LikelyConsumer } from '../credentials/credential.ts';
import type { CredentialSource, SourceEvent } from '../credentials/credential-source.ts';
import { credentialsOf } from '../credentials/credentials-of.ts';
import type { DirectoryObject, Owner } from '../credentials/directory-object.ts';
import type { KeptCertificate } from '../credentials/kept-certificate.ts';
import { likelyConsumersOf } from '../credentials/likely-consumers.ts';
import { assess, type Assessed } from '../expiry/assess.ts';
import { policyOf } from '../expiry/overrides.ts';
import type { CredentialStatus } from '../expiry/status.ts';
import type { Thresholds } from '../expiry/thresholds.ts';
import { holderNotebook, type HolderNotebook } from './holder-notes.ts';
import { notReadTally, type NotReadTally } from './not-read.ts';

/** What a walk has seen. The six statuses add up to `credentials`; `selfRenewing` says how many of these are. */
export interface Counts extends Record<CredentialStatus, number> {
  applications: number;
  servicePrincipals: number;
  credentials: number;
  selfRenewing: number;
}

/** A credential that was kept, with what its holder says about who uses and who owns it. */
export interface WalkedCredential extends Assessed {
  likelyConsumers: LikelyConsumer[];
  /** Null when the source does not carry owners. */
  owners: Owner[] | null;
  /** What to do, in the words of whoever entered it; empty where the usual steps do. */
  steps: string[];
  /** Whether a watched vault has this certificate too; looked up later (kept-in.ts). */
  keptIn: KeptCertificate | null;
  /** keyIds, in lower case, of its holder's other credentials that have not ended. */
  otherKeyIds: string[];
}

export interface Walk {
  counts: Counts;
  /** By end, then id; those without a believable end come last. */
  findings: WalkedCredential[];
  skipped: { where: string; reason: string }[];
  incomplete: { list: string; reason: string }[];
  /** How many different objects each list held. */
  lists: Record<string, number>;
  /** What is known about the holders of what is due. */
  holders: HolderNotebook;
}

export interface WalkOptions {
  now: Date;
  /** Which credentials become findings; the others are only counted. */
  keep: (credential: Assessed) => boolean;
  thresholds?: Thresholds | undefined;
  /** Marks what an operator says is replaced by itself. */
  mark?: ((credentials: Credential[]) => void) | undefined;
  /** Of which credentials the people are asked for; those that are due unless told otherwise. */
  needsPeople?: (credential: Assessed) => boolean;
}

/**
 * Reads a source to its end and keeps what needs attention. Memory grows by ids and kept findings only. An object that
 * a list serves twice counts once. Arrays that were not read make their list `incomplete`, since they may hold
 * anything. Throws only what the source itself throws.
 */
export async function walkCredentials(
  source: CredentialSource,
  options: WalkOptions,
): Promise<Walk> {
  const walk = emptyWalk(options);
  const seen = new Map<string, Set<string>>();
  const notRead = notReadTally();
  for await (const event of source.read()) {
    switch (event.kind) {
      case 'page':
        addPage(event, { walk, ids: idsOf(seen, event.list), notRead, options });
        break;
      case 'held':
        addHeld(event, { walk, ids: idsOf(seen, event.list), options });
        break;
      case 'skipped':
        walk.skipped.push({ where: event.where, reason: event.reason });
        break;
      case 'incomplete':
        walk.incomplete.push({ list: event.list, reason: event.reason });
        break;
    }
  }
  walk.incomplete.push(...notRead.incomplete());
  walk.findings.sort(byEndThenId);
  return walk;
}

function emptyWalk({ needsPeople }: WalkOptions): Walk {
  return {
    counts: {
      applications: 0,
      servicePrincipals: 0,
      credentials: 0,
      expired: 0,
      expiring: 0,
      ok: 0,
      notYetValid: 0,
      neverExpires: 0,
      unknownExpiry: 0,
      selfRenewing: 0,
    },
    findings: [],
    skipped: [],
    incomplete: [],
    // A list may be named after a file, and a file `__proto__`.
    lists: Object.create(null) as Record<string, number>,
    holders: holderNotebook(needsPeople),
  };
}

function idsOf(seen: Map<string, Set<string>>, list: string): Set<string> {
  const ids = seen.get(list) ?? new Set<string>();
  seen.set(list, ids);
  return ids;
}

interface Walking {
  walk: Walk;
  /** What this list has shown so far. */
  ids: Set<string>;
  options: WalkOptions;
}

function addPage(
  { list, objects }: Extract<SourceEvent, { kind: 'page' }>,
  { walk, ids, notRead, options }: Walking & { notRead: NotReadTally },
): void {
  walk.lists[list] ??= 0;
  for (const object of firstSightsOf(objects, ids)) {
    notRead.add(list, object);
    if (isNewHolder(object, ids)) countHolder(walk, list, object);
    addCredentials(walk, object, options);
  }
}

/** Each is judged by itself: another item of the same vault does not take its place. */
function addHeld(
  { list, held }: Extract<SourceEvent, { kind: 'held' }>,
  { walk, ids, options }: Walking,
): void {
  walk.lists[list] ??= 0;
  const { now, thresholds } = options;
  for (const { credential, likelyConsumers, owners, tags, steps } of held) {
    if (ids.has(credential.id)) continue;
    ids.add(credential.id);
    walk.lists[list] += 1;
    const policy = policyOf({ tags, notes: null }, now);
    for (const assessed of assess([credential], { now, thresholds, policy })) {
      countCredential(walk.counts, assessed);
      if (!options.keep(assessed)) continue;
      const alone = { keptIn: null, otherKeyIds: [] };
      walk.findings.push({ ...assessed, likelyConsumers, owners, steps, ...alone });
    }
  }
}

/** Objects without an id cannot be recognised again, so each is read. */
function firstSightsOf(objects: DirectoryObject[], ids: Set<string>): DirectoryObject[] {
  return objects.filter(({ objectId }) => {
    if (objectId === null) return true;
    const known = ids.size;
    return ids.add(objectId).size > known;
  });
}

/** A row of a report has no object id, and an application has as many rows as it has owners and credentials. */
function isNewHolder({ objectId, appId }: DirectoryObject, ids: Set<string>): boolean {
  if (objectId !== null || appId === null) return true;
  const key = `appId ${appId.toLowerCase()}`;
  if (ids.has(key)) return false;
  ids.add(key);
  return true;
}

function countHolder(walk: Walk, list: string, { type }: DirectoryObject): void {
  walk.lists[list] = (walk.lists[list] ?? 0) + 1;
  if (type === 'application') walk.counts.applications += 1;
  if (type === 'servicePrincipal') walk.counts.servicePrincipals += 1;
}

function addCredentials(walk: Walk, object: DirectoryObject, options: WalkOptions): void {
  const credentials = credentialsOf(object);
  if (credentials.length === 0) {
    walk.holders.note(object, []);
    return;
  }
  const { now, thresholds, mark } = options;
  mark?.(credentials);
  const assessed = assess(credentials, { now, thresholds, policy: policyOf(object, now) });
  for (const credential of assessed) countCredential(walk.counts, credential);
  const kept = assessed.filter((credential) => options.keep(credential));
  walk.holders.note(object, kept);
  if (kept.length === 0) return;
  const likelyConsumers = likelyConsumersOf(object);
  for (const credential of kept) {
    walk.findings.push({
      ...credential,
      likelyConsumers,
      owners: object.owners,
      steps: NO_STEPS,
      keptIn: null,
      otherKeyIds: otherKeyIds(credential, assessed),
    });
  }
}

function otherKeyIds(credential: Assessed, all: readonly Assessed[]): string[] {
  return all.flatMap((other) =>
    other === credential || other.status === 'expired' ? [] : (other.keyId?.toLowerCase() ?? []),
  );
}

const NO_STEPS: string[] = [];

function countCredential(counts: Counts, { status, selfRenewing }: Assessed): void {
  counts.credentials += 1;
  counts[status] += 1;
  if (selfRenewing !== null) counts.selfRenewing += 1;
}

function byEndThenId(a: WalkedCredential, b: WalkedCredential): number {
  const ends = endOf(a) - endOf(b);
  // Infinity − Infinity: both unknown.
  if (ends !== 0 && !Number.isNaN(ends)) return ends;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function endOf({ status, expiresAt }: WalkedCredential): number {
  if (status === 'unknownExpiry' || expiresAt === null) return Number.POSITIVE_INFINITY;
  return expiresAt.getTime();
}
