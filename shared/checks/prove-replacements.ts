import type { SignInActivity, SignInsRead } from '../credentials/sign-in-activity.ts';
import { proofOf, type Evidence } from '../expiry/proof.ts';
import type { Finding } from './finding.ts';

export interface ProofDeps {
  /** Null where sign-in activity is not to be read, which is the default. */
  signInsOf: (tenantId: string) => SignInActivity | null;
}

export interface Prover {
  /** The finding with how far it is proven that its replacement is in use. */
  prove(finding: Finding): Finding;
  /** What was read about sign-ins; null when it was not read. */
  signIns: SignInsRead | null;
}

/**
 * Gathers what is known about who uses which secret: one more list of the directory is read only if it is to be read at
 * all and something has been replaced.
 */
export async function createProver(
  { signInsOf }: ProofDeps,
  tenantId: string,
  { now, anyReplaced }: { now: Date; anyReplaced: boolean },
): Promise<Prover> {
  const activity = anyReplaced ? signInsOf(tenantId) : null;
  const signIns = activity === null ? null : await activity.read();
  return {
    signIns,
    prove: (finding) =>
      proven(finding, now, {
        consumers: finding.consumers,
        lastSeen: signIns === null ? null : (keyId) => signIns.lastSeen.get(keyId) ?? null,
      }),
  };
}

/**
 * Of a finding as it was found and as it was kept: the found one, except that a proof by sign-ins outlives a night in
 * which these could not be read. A proof that flickers would close and reopen what nobody touched.
 */
export function withLastingProof(found: Finding, known: Finding): Finding {
  const isSame = found.supersededBy !== null && found.supersededBy === known.supersededBy;
  if (!isSame || known.proof?.by !== 'signIns' || found.proof?.stillUsed === true) return found;
  return { ...found, supersession: known.supersession, proof: known.proof };
}

function proven(finding: Finding, now: Date, evidence: Evidence): Finding {
  const { keyId, replacement, otherKeyIds } = finding;
  if (replacement === null) return finding;
  const startsAt = dateOf(replacement.startsAt);
  const expiresAt = dateOf(replacement.expiresAt);
  const replaced = { ...replacement, startsAt, expiresAt };
  const question = { keyId, replacement: replaced, otherKeyIds, now };
  return { ...finding, ...proofOf(question, evidence) };
}

function dateOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}
