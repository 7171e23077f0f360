import type { FindingStore } from '../checks/finding-store.ts';
import type { Finding } from '../checks/finding.ts';
import type { Connection } from '../connections/connection.ts';

/**
 * When the secret ends that a connection uses, by what the checks of its application's tenant have found: the application
 * by its id, the secret by the first three characters of its value. Null where no such secret is a finding, which means
 * that it ends in more than 60 days or that its tenant is not watched.
 */
export function secretEnds(
  findings: Pick<FindingStore, 'ofTenant'>,
): (connection: Connection) => Promise<Date | null> {
  return async (connection) => {
    const { appTenantId } = connection;
    const ends: number[] = [];
    if (appTenantId === null) return null;
    for await (const finding of findings.ofTenant(appTenantId)) {
      if (finding.expiresAt !== null && isItsSecret(connection, finding))
        ends.push(Date.parse(finding.expiresAt));
    }
    return ends.length === 0 ? null : new Date(Math.max(...ends));
  };
}

function isItsSecret({ clientId, secrets }: Connection, finding: Finding): boolean {
  const hint = secrets[0]?.hint ?? null;
  return (
    hint !== null &&
    finding.type === 'clientSecret' &&
    finding.hint === hint &&
    finding.closedAt === null &&
    finding.holder.appId?.toLowerCase() === clientId.toLowerCase()
  );
}
