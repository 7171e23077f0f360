import type { BrokerDeps } from './broker-deps.ts';
import type { GrantHolder } from './grant-holder.ts';
import type { StateLease } from './grant-state-store.ts';
import type { GrantState } from './grant-state.ts';
import type { TokenError } from './token-error.ts';
import type { ClientProof, ProviderAnswer, TokenSet } from './token-provider.ts';

type RefusedProof = GrantState['refusedProofs'][number];

export type Asked =
  | {
      ok: true;
      tokens: TokenSet;
      askedAt: Date;
      proof: string;
      /** What to remember of those that were refused before it. */
      refusedProofs: RefusedProof[];
    }
  | { ok: false; error: TokenError; triedProofs: string[] };

interface Question {
  holder: GrantHolder;
  /** Null for client credentials, or for a grant that was lost. */
  refreshToken: string | null;
  /** What was refused lately comes last. */
  refusedProofs: readonly RefusedProof[];
}

const CALL_MS = 10_000;
/** Security rule 16: this much of the lease is left for writing down what came. */
const RESERVE_MS = 5_000;
/** Facts 2.7: at most two more tries for what passes. */
const RETRY_PAUSES_MS = [1_000, 4_000];

/**
 * Asks for tokens, with each proof in turn as long as the provider refuses the client itself and with no other than the
 * first for any other reason. What passes by itself is tried again within the lease, unless the answer names a time.
 */
export async function askProvider(
  deps: BrokerDeps,
  lease: StateLease,
  question: Question,
): Promise<Asked> {
  const { holder, refreshToken } = question;
  if (holder.grantType === 'authorizationCode' && refreshToken === null)
    return { ok: false, error: LOST, triedProofs: [] };
  const held = await deps.proofsOf(holder);
  const proofs = inOrder(held, question.refusedProofs, deps.clock.now());
  const triedProofs: string[] = [];
  const refusedProofs: RefusedProof[] = [];
  let last: TokenError = NO_PROOF;
  for (const proof of proofs) {
    triedProofs.push(proof.id);
    const askedAt = deps.clock.now();
    const answer = await patiently(deps, lease, (timeoutMs) =>
      ask(deps, question, { proof, timeoutMs }),
    );
    if (answer.ok) {
      const { tokens } = answer;
      // Those that it was not worth to try again this time stay as they are.
      const untried = question.refusedProofs.filter(({ id }) => !triedProofs.includes(id));
      const refused = [...refusedProofs, ...untried];
      return { ok: true, tokens, askedAt, proof: proof.id, refusedProofs: refused };
    }
    last = answer.error;
    if (!last.refusedClient) break;
    refusedProofs.push({ id: proof.id, until: untilOf(last, askedAt) });
  }
  return { ok: false, error: last, triedProofs };
}

/** Newest first, so that a new secret is used from the moment it is entered, and not only when the old one dies. */
function inOrder(
  proofs: readonly ClientProof[],
  refused: readonly RefusedProof[],
  now: Date,
): ClientProof[] {
  const isRefused = ({ id }: ClientProof) =>
    refused.some((one) => one.id === id && new Date(one.until) > now);
  return [...proofs.filter((one) => !isRefused(one)), ...proofs.filter(isRefused)];
}

const DAY_MS = 86_400_000;
/** A secret that is not known everywhere yet soon will be (facts, finding 10). */
const PROPAGATION_MS = 10 * 60_000;

function untilOf({ mayBePropagating }: TokenError, refusedAt: Date): string {
  const pauseMs = mayBePropagating ? PROPAGATION_MS : DAY_MS;
  return new Date(refusedAt.getTime() + pauseMs).toISOString();
}

async function ask(
  deps: BrokerDeps,
  { holder, refreshToken }: Question,
  { proof, timeoutMs }: { proof: ClientProof; timeoutMs: number },
): Promise<ProviderAnswer> {
  const provider = deps.providerOf(holder);
  const call = { client: holder, proof, timeoutMs };
  return refreshToken === null
    ? provider.clientCredentials(call)
    : provider.refresh({ ...call, refreshToken });
}

async function patiently(
  { clock, random }: BrokerDeps,
  lease: StateLease,
  call: (timeoutMs: number) => Promise<ProviderAnswer>,
): Promise<ProviderAnswer> {
  for (let tries = 0; ; tries += 1) {
    const leftMs = lease.endsAt().getTime() - clock.now().getTime() - RESERVE_MS;
    if (leftMs < CALL_MS && !(await lease.renew())) return { ok: false, error: LEASE_LOST };
    const answer = await call(CALL_MS);
    const pauseMs = RETRY_PAUSES_MS[tries];
    if (answer.ok || pauseMs === undefined || !isWorthAnotherTry(answer.error)) return answer;
    await clock.sleep(pauseMs * (0.5 + random()));
  }
}

/** A throttled client that asks again at once is throttled longer; a time that was named is kept. */
function isWorthAnotherTry({ status, retryAfterSeconds, code }: TokenError): boolean {
  return (
    status === 'degraded' &&
    retryAfterSeconds === null &&
    code !== 'HTTP 429' &&
    code !== 'AADSTS50196' &&
    code !== 'AADSTS90055'
  );
}

const QUIET = {
  refusedClient: false,
  mayBePropagating: false,
  retryAfterSeconds: null,
  signInFrequencySeconds: null,
};

const LOST: TokenError = {
  ...QUIET,
  status: 'reauthorizationRequired',
  code: null,
  title: 'The stored sign-in is gone',
  nextAction: 'Sign in again.',
};

const NO_PROOF: TokenError = {
  ...QUIET,
  status: 'appCredentialBroken',
  code: null,
  title: 'Keyturn holds no secret of this application',
  nextAction: 'Create a new client secret and enter its Value in Keyturn.',
};

const LEASE_LOST: TokenError = {
  ...QUIET,
  status: 'degraded',
  code: null,
  title: 'Another instance has taken over',
  nextAction: 'Wait: the other instance gets the token.',
};
