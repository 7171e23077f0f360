import type { Clock } from '../clock.ts';
import type { RecordedConsumer } from '../credentials/credential.ts';
import type { KeptCertificates } from '../credentials/kept-certificate.ts';
import type { CredentialSource } from '../credentials/credential-source.ts';
import type { OwnerLookup } from '../credentials/owner-lookup.ts';
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
import { readPeople, type PeopleRead } from './people.ts';
import type { RunStore } from './run-store.ts';
import { isEnded, type Run } from './run.ts';
import { noteKeptCertificates } from './kept-in.ts';
import { walkCredentials, type Walk, type WalkOptions } from './walk.ts';

export interface CheckTenantDeps extends ProofDeps {
  runs: RunStore;
  findings: FindingStore;
  clock: Pick<Clock, 'now'>;
  sourceOf: (tenantId: string) => CredentialSource;
  ownersOf: (tenantId: string) => OwnerLookup;
  /** The organization's name; null where it may not be read. Never throws. */
  nameOf: (tenantId: string) => Promise<string | null>;
  /** Domains of addresses that an application's owners may name (security rule 24). Never throws. */
  domainsOf: (tenantId: string) => Promise<readonly string[]>;
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
  const people = await peopleAround(deps, run, walk);
  const last = await runs.lastPopulation(run.tenantId);
  const verdict = verdictOf({ walk, owners: people.read, last });
  const consumersOf = await deps.consumersOf(run.tenantId);
  const anyReplaced = walk.findings.some(({ replacement }) => replacement !== null);
  const prover = await createProver(deps, run.tenantId, { now, anyReplaced });
  const outcome = { run, walk, people, consumersOf, prover, verdict, now };
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

/** A lookup that breaks its promise and throws leaves its owners unread, nothing else. */
function lookupSafely({ ownersOf }: CheckTenantDeps, { tenantId }: Run): OwnerLookup {
  return {
    ownersOf: async (holders) => {
      try {
        return await ownersOf(tenantId).ownersOf(holders);
      } catch (error) {
        if (isStorageFailure(error)) throw error;
        const reason = unforeseen('owners', error);
        return { owners: new Map(), incomplete: [{ list: 'owners', reason }], notes: [] };
      }
    },
  };
}

async function peopleAround(deps: CheckTenantDeps, run: Run, walk: Walk): Promise<PeopleRead> {
  const { tenantId } = run;
  const isAnyNamed = walk.findings.some(({ policy }) => (policy?.notify ?? []).length > 0);
  const domains = isAnyNamed ? await deps.domainsOf(tenantId) : [];
  return readPeople({ lookup: lookupSafely(deps, run), tenantId, domains }, walk);
}

interface Outcome {
  run: Run;
  walk: Walk;
  people: PeopleRead;
  consumersOf: (appId: string) => RecordedConsumer[];
  prover: Prover;
  verdict: Verdict;
  now: Date;
}

async function keepFindings(
  { findings, thresholds }: CheckTenantDeps,
  { run, walk, people, consumersOf, prover, verdict, now }: Outcome,
): Promise<Finding[]> {
  const withConsumers = (finding: Finding): Finding => {
    const { appId } = finding.holder;
    return { ...finding, consumers: appId === null ? [] : consumersOf(appId) };
  };
  const readOwners = new Set<string>();
  const seen = walk.findings.map((found) => {
    const { owners, related } = people.peopleOf(found);
    if (owners !== null) readOwners.add(found.id);
    const finding = findingOf(run.tenantId, { ...found, owners }, now);
    return prover.prove(withConsumers({ ...finding, related }));
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
