import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Egress } from '../egress.ts';
import { AppError } from '../errors.ts';

export interface EntraKeysDeps {
  url: string;
  egress: Egress;
  clock: Pick<Clock, 'now'>;
}

/**
 * The signing keys of a tenant, for jose. They are fetched when first needed, once a day after that, and when a token
 * names an unknown key, at most every 5 minutes (security rule 3), failed attempts included: otherwise anybody could
 * make us call Entra by sending made-up key ids, which is why jose's own remote set is not used. Known keys stay good
 * when a fetch fails. A key signs for the issuer that stands beside it and for no other. Throws AppError `service_unreachable` where no key was ever read.
 */
export function entraKeys({ url, egress, clock }: EntraKeysDeps): JWTVerifyGetKey {
  let known: { find: JWTVerifyGetKey; readAt: number } | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  let pending: Promise<void> | null = null;

  const fetchKeys = async (): Promise<void> => {
    triedAt = clock.now().getTime();
    const { status, text } = await egress({ url });
    if (status !== 200) throw new AppError('service_unreachable', `Entra answered ${status}.`);
    known = { find: keysByIssuer(keySetOf(text)), readAt: triedAt };
  };
  const refresh = (minimumGapMs: number): Promise<void> => {
    if (pending !== null) return pending;
    if (clock.now().getTime() - triedAt < minimumGapMs) return Promise.resolve();
    pending = fetchKeys().finally(() => (pending = null));
    // Whoever waits sees the failure; nobody has to.
    return pending;
  };

  return async (header, token) => {
    if (known === null) await refresh(FIRST_RETRY_MS);
    else if (clock.now().getTime() - known.readAt > MAX_AGE_MS)
      await refresh(UNKNOWN_KEY_GAP_MS).catch(() => {});
    if (known === null)
      throw new AppError('service_unreachable', 'The signing keys of Entra could not be read.');
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh(UNKNOWN_KEY_GAP_MS).catch(() => {});
      return known.find(header, token);
    }
  };
}

const UNKNOWN_KEY_GAP_MS = 5 * 60_000;
const FIRST_RETRY_MS = 10_000;
const MAX_AGE_MS = 24 * 3_600_000;

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), issuer: z.string().optional() })),
});
type EntraKeySet = z.infer<typeof keySet>;

/**
 * The keys that everybody's tokens are signed with stand in one document with those of personal accounts, which anybody
 * can have: `issuer` keeps them apart. Microsoft Learn, "Access tokens in the Microsoft identity platform", "Validate the
 * signing key issuer".
 */
function keysByIssuer({ keys }: EntraKeySet): JWTVerifyGetKey {
  const sets = new Map<string, JWTVerifyGetKey>();
  const setOf = (issuers: ReadonlySet<string>): JWTVerifyGetKey => {
    const name = [...issuers].join(' ');
    const fitting = keys.filter(({ issuer = '' }) => issuers.has(issuer));
    const set = sets.get(name) ?? createLocalJWKSet({ keys: fitting });
    sets.set(name, set);
    return set;
  };
  return (header, token) => {
    const { iss, tid } = claimsIn(token.payload);
    const issuers = keys.map(({ issuer = '' }) => issuer);
    const fits = (issuer: string) =>
      issuer === '' || issuer.replace(/\{tenantid\}/i, () => tid) === iss;
    return setOf(new Set(issuers.filter(fits)))(header, token);
  };
}

const claims = z.object({ iss: z.string().catch(''), tid: z.string().catch('') });

/** Only says which keys may have signed it. */
function claimsIn(payload: string | Uint8Array): z.infer<typeof claims> {
  try {
    const text = typeof payload === 'string' ? Buffer.from(payload, 'base64url') : payload;
    return claims.parse(JSON.parse(Buffer.from(text).toString('utf8')));
  } catch {
    return { iss: '', tid: '' };
  }
}

function keySetOf(text: string): EntraKeySet {
  try {
    return keySet.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('service_unreachable', 'Entra answered something else than keys.', {
      cause,
    });
  }
}
