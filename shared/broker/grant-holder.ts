import type { Oauth2Provider } from '../connections/connection.ts';
import type { GrantKey } from './grant-state-store.ts';
import type { SealedFor } from './sealing.ts';
import type { TokenClient } from './token-provider.ts';

/** What the broker has to know of a connection to get tokens for it. */
export interface GrantHolder extends GrantKey, TokenClient {
  grantType: 'authorizationCode' | 'clientCredentials';
  /** Null for Entra. */
  oauth2: Oauth2Provider | null;
  /** As the connection's record has it: it may be behind the state's for 30 seconds, never ahead of it. */
  generation: number;
}

/** The parts that everything sealed for this connection is bound to. */
export function sealedForHolder(
  { connectionId, instance, tenantId, clientId, scopes }: GrantHolder,
  what: Pick<SealedFor, 'purpose' | 'generation' | 'expiresAt'>,
): SealedFor {
  return { connectionId, instance, tenantId, clientId, scope: scopes.join(' '), ...what };
}
