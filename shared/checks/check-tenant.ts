import type { Clock } from '../clock.ts';
import type { RecordedConsumer } from '../credentials/credential.ts';
import type { KeptCertificates } from '../credentials/kept-certificate.ts';
import type { CredentialSource } from '../credentials/credential-source.ts';
import type { OwnedObject, OwnerLookup, OwnersRead } from '../credentials/owner-lookup.ts';
import { AppError } from '../errors.ts';
import type { Thresholds } from '../expiry/thresholds.ts';
import { verdictOf, type Verdict } from './coverage.ts';
import type { FindingStore } from './finding-store.ts';
import {
  createProver,
  withLastingProof,
  type ProofDeps,
  type Prover,
} from './prove-replacements.ts';
import { findingAt, findingOf, isFinding, type Finding } from './finding.ts';
import type { RunStore } from './run-store.ts';
import { isEnded, type Run } from './run.ts';
import { noteKeptCertificates } from './kept-in.ts';
import { walkCredentials, type Walk, type WalkedCredential, type WalkOptions } from './walk.ts';

export interface CheckTenantDeps extends ProofDeps {
  runs: RunStore;
  findings: FindingStore;
  clock: Pick<Clock, 'now'>;
  sourceOf: (tenantId: string) => CredentialSource;
  ownersOf: (tenantId: string) => OwnerLookup;
  /** The organization's name; null where it may not be read. Never throws. */
  nameOf: (tenantId: string) => Promise<string | null>;
  /** The recorded consumers of a tenant's applications, by appId. Throws `storage_unavailable`. */
  consumersOf: (tenantId: string) => Promise<(appId: string) => RecordedConsumer[]>;
  thresholds?: Thresholds | undefined;
  /** The watched vaults of a tenant, for certificates that an application has too. */
  keptIn?: (tenantId: string) => KeptCertificates | null;
  /** Marks what an operator says is replaced by itself. */
  mark?: WalkOptions['mark'];
}

export interface Checked {
  /** Ended, with its outcome; what is stored says "running" until finishRun. */
  run: Run;
  /** Every open finding of the tenant, those that this run could not read included, as of this run. */
  findings: Finding[];
  /** Why sign-in activity was not read whole, which takes nothing from the run's word; null when it was, or is off. */
  signInTrouble: string | null;
}

/**
 * Checks one tenant: walks its directory, looks owners up for what is due, keeps the findings. Then the caller writes
 * down what follows (alerts) and calls finishRun. May be repeated at any point before that; for a run that has ended it
 * gives back that run and no findings, since everything was done. What the directory says, refusals included, is in the
 * run. Throws `not_found` for an unknown run, and `storage_unavailable`, after which the queue repeats it.
 */
export async function checkTenant(deps: CheckTenantDeps, runId: string): Promise<Checked> {
  const { runs, clock } = deps;
  const now = clock.now();
  const run = await runs.change(runId, (current) => ({
    ...current,
    status: 'running',
    startedAt: current.startedAt ?? now.toISOString(),
  }));
  if (isEnded(run)) return { run, findings: [], signInTrouble: null };
  await runs.pending.touch(run, now);

  const tenantName = await deps.nameOf(run.tenantId);
  const walk = await walkSafely(deps, run, now);
  await noteKeptCertificates(deps.keptIn?.(run.tenantId) ?? null, walk.findings);
  const owners = await ownersOfDue(deps, run, walk.findings);
  const last = await runs.lastPopulation(run.tenantId);
  const verdict = verdictOf({ walk, owners, last });
  const consumersOf = await deps.consumersOf(run.tenantId);
  const anyReplaced = walk.findings.some(({ replacement }) => replacement !== null);
  const prover = await createProver(deps, run.tenantId, { now, anyReplaced });
  const outcome = { run, walk, owners, consumersOf, prover, verdict, now };
  const findings = await keepFindings(deps, outcome);
  const { status, suspicious, reasons } = verdict;
  const coverage = { ...verdict.coverage, ...coverageOfSignIns(prover) };
  const counts = walk.counts;
  const endedAt = clock.now().toISOString();
  const ended = { ...run, tenantName, status, suspicious, reasons, coverage, counts, endedAt };
  return { run: ended, findings, signInTrouble: prover.signIns?.incomplete ?? null };
}

/** A source that breaks its promise and throws fails the run, not the queue message. */
async function walkSafely(deps: CheckTenantDeps, run: Run, now: Date): Promise<Walk> {
  const { thresholds, mark } = deps;
  try {
    return await walkCredentials(deps.sourceOf(run.tenantId), {
      now,
      keep: (credential) => isFinding(credential, now),
      thresholds,
      mark,
    });
  } catch (error) {
    if (isStorageFailure(error)) throw error;
    const walk = await walkCredentials({ read: nothing }, { now, keep: () => false });
    walk.incomplete.push({ list: 'applications', reason: unforeseen('the tenant', error) });
    return walk;
  }
}

async function* nothing(): AsyncIterable<never> {}

/** Null when nobody needs to be told. */
async function ownersOfDue(
  { ownersOf }: CheckTenantDeps,
  { tenantId }: Run,
  findings: readonly WalkedCredential[],
): Promise<OwnersRead | null> {
  const holders = findings.flatMap((finding) => ownedOf(finding) ?? []);
  if (holders.length === 0) return null;
  try {
    return await ownersOf(tenantId).ownersOf(holders);
  } catch (error) {
    if (isStorageFailure(error)) throw error;
    const reason = unforeseen('owners', error);
    return { owners: new Map(), incomplete: [{ list: 'owners', reason }], notes: [] };
  }
}

function ownedOf({ stage, owners, holder }: WalkedCredential): OwnedObject | null {
  const { type, objectId } = holder;
  if (stage === null || owners !== null || objectId === null) return null;
  return type === 'application' || type === 'servicePrincipal' ? { type, objectId } : null;
}

interface Outcome {
  run: Run;
  walk: Walk;
  owners: OwnersRead | null;
  consumersOf: (appId: string) => RecordedConsumer[];
  prover: Prover;
  verdict: Verdict;
  now: Date;
}

async function keepFindings(
  { findings, thresholds }: CheckTenantDeps,
  { run, walk, owners, consumersOf, prover, verdict, now }: Outcome,
): Promise<Finding[]> {
  const withConsumers = (finding: Finding): Finding => {
    const { appId } = finding.holder;
    return { ...finding, consumers: appId === null ? [] : consumersOf(appId) };
  };
  const ownersById = owners?.owners ?? new Map<string, Finding['owners']>();
  const readOwners = new Set<string>();
  const seen = walk.findings.map((found) => {
    const looked = ownersById.get(found.holder.objectId ?? '') ?? null;
    if (found.owners !== null || looked !== null) readOwners.add(found.id);
    return prover.prove(
      withConsumers(findingOf(run.tenantId, { ...found, owners: found.owners ?? looked }, now)),
    );
  });
  const open = await findings.record({
    tenantId: run.tenantId,
    findings: seen,
    at: now,
    closeOthers: verdict.status === 'complete' && !verdict.suspicious,
    ownersRead: ({ id }) => readOwners.has(id),
    signInsRead: prover.signIns?.incomplete === null,
  });
  const seenIds = new Set(seen.map(({ id }) => id));
  // Silence about what could not be read would be worse than a warning about what may be gone.
  return open.map((finding) =>
    seenIds.has(finding.id)
      ? finding
      : withLastingProof(prover.prove(withConsumers(findingAt(finding, now, thresholds))), finding),
  );
}

/** Optional, so that a check without it is complete all the same. */
function coverageOfSignIns({ signIns }: Prover): Run['coverage'] {
  if (signIns === null) return {};
  const { lastSeen, incomplete } = signIns;
  return { signInActivity: { read: lastSeen.size, complete: incomplete === null } };
}

function isStorageFailure(error: unknown): boolean {
  return error instanceof AppError && error.code === 'storage_unavailable';
}

function unforeseen(what: string, error: unknown): string {
  const why = error instanceof AppError ? error.message : "See this app's log for the error.";
  return `Keyturn could not read ${what}. ${why}`;
}
