import type { KnownConnection } from '../connections/known-connections.ts';
import type { Settings } from '../settings.ts';
import type { CallerTokenVerifier } from './caller-tokens.ts';
import type { KeyStore } from './keys.ts';
import type { TokenRequest } from './token-request.ts';

export interface TokenCallerDeps {
  settings: Pick<Settings, 'access'>;
  keys: Pick<KeyStore, 'ofConnection'>;
  callerTokens: CallerTokenVerifier;
}

/** How the audit names who takes tokens. */
export interface TokenCaller {
  name: string;
}

/**
 * Who asks for a connection's token, if he may have it: the holder of one of its keys, or an Entra caller that it names
 * in `allowedCallers` (security rules 2 and 4). Null for everybody else, whatever the reason; a connection that does not
 * exist is asked for its keys like any other, so the answer takes the same time.
 */
export async function tokenCaller(
  { settings, keys, callerTokens }: TokenCallerDeps,
  { id, known }: { id: string; known: KnownConnection | null },
  { credential, isKeyOnly }: Pick<TokenRequest, 'credential' | 'isKeyOnly'>,
): Promise<TokenCaller | null> {
  if (credential === null) return null;
  if (isKeyOnly || credential.startsWith('kt_')) {
    const key = settings.access.keys ? await keys.ofConnection(id).verify(credential) : null;
    return key === null || known === null ? null : { name: `key:${key.name}` };
  }
  const principal =
    settings.access.audience === null ? null : await callerTokens.verify(credential);
  if (principal === null || known === null) return null;
  const entry = principal.entries.find((one) => known.connection.allowedCallers.includes(one));
  return entry === undefined ? null : { name: `entra:${entry}` };
}
