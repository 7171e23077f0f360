import type { KnownConnection } from '../connections/known-connections.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { CallerTokenVerifier } from './caller-tokens.ts';
import type { KeyRing } from './key-ring.ts';
import type { KeyStore } from './keys.ts';
import type { TokenRequest } from './token-request.ts';

export interface TokenCallerDeps {
  settings: Pick<Settings, 'access'>;
  keys: Pick<KeyStore, 'ofConnection'>;
  callerTokens: CallerTokenVerifier;
  log: Pick<Log, 'warn'>;
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
  { settings, keys, callerTokens, log }: TokenCallerDeps,
  { id, known }: { id: string; known: KnownConnection | null },
  { credential, isKeyOnly }: Pick<TokenRequest, 'credential' | 'isKeyOnly'>,
): Promise<TokenCaller | null> {
  if (credential === null) return null;
  const name =
    isKeyOnly || credential.startsWith('kt_')
      ? await keyName(credential, { settings, ring: keys.ofConnection(id) })
      : await entryName(credential, { settings, callerTokens, log, known });
  return name === null || known === null ? null : { name };
}

async function keyName(
  credential: string,
  { settings, ring }: Pick<TokenCallerDeps, 'settings'> & { ring: KeyRing },
): Promise<string | null> {
  const key = settings.access.keys ? await ring.verify(credential) : null;
  return key === null ? null : `key:${key.name}`;
}

const NO_IDTYP =
  'an application that the connection allows was refused: its token lacks the claim idtyp. Add idtyp to the optional claims of access tokens in the app registration of Keyturn’s API';

async function entryName(
  credential: string,
  {
    settings,
    callerTokens,
    log,
    known,
  }: Omit<TokenCallerDeps, 'keys'> & { known: KnownConnection | null },
): Promise<string | null> {
  if (settings.access.audience === null) return null;
  const principal = await callerTokens.verify(credential);
  if (principal === null || known === null) return null;
  const { id, allowedCallers } = known.connection;
  const isAllowed = (entry: string) => allowedCallers.includes(entry);
  const entry = principal.entries.find(isAllowed);
  if (entry !== undefined) return `entra:${entry}`;
  const { unproven } = principal;
  if (unproven !== null && isAllowed(unproven))
    log.warn(NO_IDTYP, { connectionId: id, caller: unproven });
  return null;
}
