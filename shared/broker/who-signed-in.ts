import type { Connection } from '../connections/connection.ts';
import type { SignedIn } from '../connections/connection-status.ts';
import type { ExpectedUser } from './authorization-request.ts';

/**
 * Whether the right person signed in (security rule 12): of the connection's tenant, and the one who was expected, by
 * object id or subject, never by name. `unknown`: nobody in particular was expected, so an admin has to approve.
 */
export function whoSignedIn({
  connection: { kind, tenantId },
  expected,
  signedIn,
}: {
  connection: Pick<Connection, 'kind' | 'tenantId'>;
  expected: ExpectedUser | null;
  signedIn: SignedIn | null;
}): 'expected' | 'unknown' | 'wrongTenant' | 'wrongAccount' {
  // Without OpenID nothing says who it was.
  if (signedIn === null) return kind === 'oauth2' ? 'unknown' : 'wrongAccount';
  if (kind !== 'oauth2' && signedIn.tenantId !== tenantId) return 'wrongTenant';
  if (expected === null) return 'unknown';
  return isSame(expected, signedIn) ? 'expected' : 'wrongAccount';
}

function isSame(expected: ExpectedUser, signedIn: SignedIn): boolean {
  const { issuer, subject, tenantId, objectId } = expected;
  if (objectId === null) return issuer === signedIn.issuer && subject === signedIn.subject;
  return objectId === signedIn.objectId && (tenantId ?? signedIn.tenantId) === signedIn.tenantId;
}
