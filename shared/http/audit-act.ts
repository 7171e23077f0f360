import type { HttpRequest } from '@azure/functions';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { callerName, type Caller } from './caller.ts';
import { clientAddress } from './client-address.ts';
import { routes, type RouteName } from './routes.ts';

/** Only what looks like an id is kept: people put other things into paths. */
const ID = /^[a-z\d-]{1,64}$/;

/**
 * Writes down that an administrator is about to act; throws `storage_unavailable`, and then nothing is done (security
 * rule 29). Reading is no act.
 */
export async function auditAct(
  trail: Pick<AuditTrail, 'act'>,
  request: Pick<HttpRequest, 'headers' | 'method' | 'params'>,
  {
    name,
    caller,
    correlationId,
  }: { name: RouteName; caller: Caller | null; correlationId: string },
): Promise<void> {
  const { role } = routes[name];
  if (request.method === 'GET' || (role !== 'admin' && role !== 'hostMaster')) return;
  const subject = Object.entries(request.params).filter(([, value]) => ID.test(value));
  await trail.act({
    route: name,
    subject: Object.fromEntries(subject),
    caller: role === 'hostMaster' ? 'host master key' : callerName(caller),
    address: clientAddress(request.headers),
    correlationId,
  });
}
