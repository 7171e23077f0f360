import type { WalkedCredential } from '../shared/checks/walk.ts';
import { findingJson } from './finding-json.ts';
import type { ScanReport } from './scan-report.ts';

/**
 * The findings as CSV (RFC 4180): every cell in quotes, and one that a spreadsheet would run as a formula begins with an
 * apostrophe (security rule 23).
 */
export function formatCsv({ findings }: ScanReport): string {
  return [Object.keys(COLUMNS), ...findings.map(rowOf)].map(lineOf).join('');
}

/** Heading and content of each column, in order. */
const COLUMNS: Record<string, (finding: Finding) => string | number | null> = {
  status: ({ status }) => status,
  daysLeft: ({ daysLeft }) => daysLeft,
  startsAt: ({ startsAt }) => startsAt,
  expiresAt: ({ expiresAt }) => expiresAt,
  holderType: ({ holder }) => holder.type,
  appName: ({ holder }) => holder.displayName,
  appId: ({ holder }) => holder.appId,
  objectId: ({ holder }) => holder.objectId,
  type: ({ type }) => type,
  credentialName: ({ name }) => name,
  hint: ({ hint }) => hint,
  keyId: ({ keyId }) => keyId,
  thumbprint: ({ thumbprint }) => thumbprint,
  supersededBy: ({ supersededBy }) => supersededBy,
  supersession: ({ supersession }) => supersession,
  selfRenewing: ({ selfRenewing }) => selfRenewing,
  likelyConsumers: ({ likelyConsumers }) => likelyConsumers.map(({ system }) => system).join('; '),
  owners: ({ owners }) =>
    owners.map(({ address, displayName, id }) => address ?? displayName ?? id ?? '').join('; '),
  id: ({ id }) => id,
};

type Finding = ReturnType<typeof findingJson>;

function rowOf(walked: WalkedCredential): string[] {
  const finding = findingJson(walked);
  return Object.values(COLUMNS).map((column) => String(column(finding) ?? ''));
}

function lineOf(cells: string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/** A negative number is a number; anything else that begins like a formula is text. */
function cellOf(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^-\d+$/.test(text);
  // Control characters would act in a terminal, line breaks would look like new rows.
  const plain = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return `"${isFormula ? "'" : ''}${plain.replaceAll('"', '""')}"`;
}
