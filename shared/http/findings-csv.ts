import { encodeCsv, type CsvCell } from '../encode-csv.ts';
import type { FindingAnswer } from './schemas.ts';

/** Findings as CSV with a header line; lists of a cell are separated by semicolons. */
export function findingsCsv(findings: readonly FindingAnswer[]): string {
  const columns = Object.entries(COLUMNS);
  return encodeCsv([
    columns.map(([name]) => name),
    ...findings.map((finding) => columns.map(([, cell]) => cell(finding))),
  ]);
}

const COLUMNS: Record<string, (finding: FindingAnswer) => CsvCell> = {
  status: ({ status }) => status,
  daysLeft: ({ daysLeft }) => daysLeft,
  stage: ({ stage }) => stage,
  expiresAt: ({ expiresAt }) => expiresAt,
  startsAt: ({ startsAt }) => startsAt,
  type: ({ type }) => type,
  name: ({ name }) => name,
  hint: ({ hint }) => hint,
  holder: ({ holder }) => holder.displayName,
  holderType: ({ holder }) => holder.type,
  appId: ({ holder }) => holder.appId,
  objectId: ({ holder }) => holder.objectId,
  keyId: ({ keyId }) => keyId,
  thumbprint: ({ thumbprint }) => thumbprint,
  supersession: ({ supersession }) => supersession,
  selfRenewing: ({ selfRenewing }) => selfRenewing,
  likelyConsumers: ({ likelyConsumers }) => likelyConsumers.map(({ system }) => system).join('; '),
  consumers: ({ consumers }) =>
    consumers.map(({ system, name }) => `${system}: ${name}`).join('; '),
  owners: ({ owners }) =>
    owners.map((owner) => owner.address ?? owner.displayName ?? owner.id ?? '').join('; '),
  recipients: ({ recipients }) => recipients.map(({ address }) => address).join('; '),
  tenantId: ({ tenantId }) => tenantId,
  id: ({ id }) => id,
};
