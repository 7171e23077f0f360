import { resultOfTokenError } from './authorization-error.ts';
import type { AuthorizationResult } from './authorization-request.ts';
import type { BrokerDeps } from './broker-deps.ts';
import type { GrantHolder } from './grant-holder.ts';
import type { TokenSet } from './token-provider.ts';

type RedeemedCode =
  | { ok: true; tokens: TokenSet; askedAt: Date; proof: string }
  | { ok: false; result: AuthorizationResult };

const CALL_MS = 10_000;
/** Consent takes some seconds to reach every server (facts, bug 35: AADSTS65001 right after it). */
const SETTLING_PAUSES_MS = [2_000, 4_000];

/** Redeems a code once: with the next secret where the application itself was refused, which leaves the code unused. */
export async function redeemCode(
  deps: BrokerDeps,
  holder: GrantHolder,
  what: { code: string; codeVerifier: string; redirectUri: string; nonce: string },
): Promise<RedeemedCode> {
  const provider = deps.providerOf(holder);
  let result: AuthorizationResult = 'appCredentialBroken';
  for (const proof of await deps.proofsOf(holder)) {
    const askedAt = deps.clock.now();
    const call = { client: holder, proof, timeoutMs: CALL_MS, ...what };
    let answer = await provider.redeemCode(call);
    for (const pauseMs of SETTLING_PAUSES_MS) {
      if (answer.ok || answer.error.code !== 'AADSTS65001') break;
      await deps.clock.sleep(pauseMs);
      answer = await provider.redeemCode(call);
    }
    if (answer.ok) return { ok: true, tokens: answer.tokens, askedAt, proof: proof.id };
    result = resultOfTokenError(answer.error);
    deps.log.warn('a code was not redeemed', {
      connectionId: holder.connectionId,
      status: answer.error.status,
      code: answer.error.code,
    });
    if (!answer.error.refusedClient) break;
  }
  return { ok: false, result };
}
