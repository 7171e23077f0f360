import type { Connection } from '../connections/connection.ts';
import type { GrantHolder } from './grant-holder.ts';

/** A connection as the broker needs it. */
export function holderOf(connection: Connection, generation: number): GrantHolder {
  const { id, instance, tenantId, clientId, scopes, grantType, kind, oauth2 } = connection;
  const wantsRefreshToken = grantType === 'authorizationCode' && kind !== 'oauth2';
  return {
    connectionId: id,
    instance,
    tenantId: tenantId ?? '',
    clientId,
    scopes: wantsRefreshToken ? [...new Set([...scopes, 'offline_access'])] : scopes,
    grantType,
    oauth2,
    generation,
  };
}
