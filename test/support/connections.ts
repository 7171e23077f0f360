import type { Connection } from '../../shared/connections/connection.ts';
import { HOLDER } from './broker.ts';

/** The connection behind {@link HOLDER}. */
export function connection(changed: Partial<Connection> = {}): Connection {
  return {
    id: HOLDER.connectionId,
    instance: HOLDER.instance,
    displayName: 'Business Central production',
    kind: 'businessCentral',
    grantType: 'authorizationCode',
    tenantId: HOLDER.tenantId,
    appTenantId: HOLDER.tenantId,
    clientId: HOLDER.clientId,
    scopes: ['https://api.businesscentral.dynamics.com/.default'],
    credential: { type: 'secret' },
    serviceUrl: `https://api.businesscentral.dynamics.com/v2.0/${HOLDER.tenantId}/Production/ODataV4/`,
    company: null,
    oauth2: null,
    consumers: [],
    owners: [],
    allowedCallers: [],
    secrets: [],
    createdAt: '2026-11-25T08:00:00.000Z',
    updatedAt: '2026-11-25T08:00:00.000Z',
    ...changed,
  };
}
