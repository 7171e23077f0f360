import type { KnownConnection } from '../connections/known-connections.ts';
import type { Settings } from '../settings.ts';
import type { CallerTokenVerifier } from './caller-tokens.ts';
import type { KeyRing } from './key-ring.ts';
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
  const name =
    isKeyOnly || credential.startsWith('kt_')
      ? await keyName(credential, { settings, ring: keys.ofConnection(id) })
      : await entryName(credential, { settings, callerTokens, known });
  return name === null || known === null ? null : { name };
}

async function keyName(
  credential: string,
  { settings, ring }: Pick<TokenCallerDeps, 'settings'> & { ring: KeyRing },
): Promise<string | null> {
  const key = settings.access.keys ? await ring.verify(credential) : null;
  return key === null ? null : `key:${key.name}`;
}

async function entryName(
  credential: string,
  {
    settings,
    callerTokens,
    known,
  }: Pick<TokenCallerDeps, 'settings' | 'callerTokens'> & { known: KnownConnection | null },
): Promise<string | null> {
  if (settings.access.audience === null) return null;
  const allowed = known?.connection.allowedCallers ?? [];
  const principal = await callerTokens.verify(credential);
  const entry = principal?.entries.find((one) => allowed.includes(one));
  return entry === undefined ? null : `entra:${entry}`;
}
