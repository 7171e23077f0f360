import type { DirectoryObject, RawCredential } from './directory-object.ts';
import { ownersOfCell } from './file-csv-owners.ts';
import type { CredentialColumns, ReportColumns } from './file-csv-columns.ts';
import { createDateReader, type DateCell, type DateReader } from './file-dates.ts';
import type { FileReading, ItemReading, Skip } from './file-reading.ts';
import { readGraphObject } from './graph-object.ts';

/** A CSV report whose columns were found. */
export interface Report {
  rows: string[][];
  header: string[];
  columns: ReportColumns;
  /** For messages. */
  file: string;
}

/**
 * The applications of a report, each once with the credentials of all of its rows. A row without a date and without a
 * name is an application that has none; a date whose order the file does not prove is skipped with the reason.
 */
export function readReport(report: Report): FileReading {
  const dates = createDateReader(dateCellsOf(report));
  const skipped: Skip[] = [];
  const objects = new Map<string, DirectoryObject>();
  for (const [index, row] of report.rows.entries()) {
    // The header is row 1, as a spreadsheet counts.
    const where = `${report.file}, row ${String(index + 2)}`;
    const object = objectOf(row, report.columns, objects);
    for (const columns of report.columns.credentials) {
      const read = readCredential({ row, columns, report, dates });
      skipped.push(
        ...read.problems.map((reason) => ({
          where: `${where}, ${reason.column}`,
          reason: reason.text,
        })),
      );
      if (read.credential === null) continue;
      const list = read.isCertificate ? object.keyCredentials : object.passwordCredentials;
      list?.push(read.credential);
    }
  }
  const items: ItemReading[] = [{ objects: [...objects.values()], skipped }];
  const lists = [
    { type: 'application' as const, items: objects.size, count: null, hasNextLink: false },
  ];
  return { kind: 'read', items, lists, incomplete: [], deleted: 0 };
}

interface RowContext {
  row: string[];
  columns: CredentialColumns;
  report: Report;
  dates: DateReader;
}

interface CredentialReading {
  credential: RawCredential | null;
  isCertificate: boolean;
  problems: { column: string; text: string }[];
}

function readCredential({ row, columns, report, dates }: RowContext): CredentialReading {
  const name = cell(row, columns.name);
  const keyId = cell(row, columns.keyId) ?? cell(row, report.columns.keyId);
  const isCertificate = isCertificateRow(row, columns, report.columns);
  const isEmpty = cell(row, columns.end) === null && name === null && keyId === null;
  if (isEmpty) return { credential: null, isCertificate, problems: [] };
  const read = (index: number | null) => dateOf({ row, report, dates }, index);
  const end = read(columns.end);
  if (end.problem !== null) return { credential: null, isCertificate, problems: [end.problem] };
  const start = read(columns.start);
  const credential: RawCredential = {
    keyId,
    displayName: name,
    customKeyIdentifier: cell(row, report.columns.thumbprint),
    hint: cell(row, report.columns.hint),
    startsAt: start.at,
    expiresAt: end.at,
    keyType: isCertificate ? 'AsymmetricX509Cert' : null,
    usage: isCertificate ? 'Verify' : null,
  };
  return { credential, isCertificate, problems: start.problem === null ? [] : [start.problem] };
}

function dateOf(
  { row, report, dates }: Omit<RowContext, 'columns'>,
  index: number | null,
): { at: Date | null; problem: CredentialReading['problems'][number] | null } {
  const column = report.header[index ?? -1] ?? '';
  const reading = dates.read({ column, text: cell(row, index) ?? '' });
  return {
    at: reading.kind === 'instant' ? reading.at : null,
    problem: reading.kind === 'unproven' ? { column, text: reading.reason } : null,
  };
}

function isCertificateRow(
  row: string[],
  columns: CredentialColumns,
  report: ReportColumns,
): boolean {
  if (columns.kind !== 'unknown') return columns.kind === 'certificate';
  const type = cell(row, report.credentialType);
  if (type !== null) return /cert|x509|saml|^key/i.test(type);
  return false;
}

/** The application of a row; rows of one application that name different owners stay apart, so no owner is mixed up. */
function objectOf(
  row: string[],
  columns: ReportColumns,
  objects: Map<string, DirectoryObject>,
): DirectoryObject {
  const objectId = cell(row, columns.objectId);
  const appId = cell(row, columns.appId);
  const displayName = cell(row, columns.appName);
  const ownerCell = cell(row, columns.owners);
  const identity = objectId ?? appId ?? displayName;
  const type = typeOf(identity, cell(row, columns.objectType));
  const key = JSON.stringify([type, identity, objectId === null ? ownerCell : null]);
  const known = objects.get(key);
  if (known !== undefined) return known;
  const base = readGraphObject({ id: objectId, appId, displayName }, type);
  if ('problem' in base) throw new TypeError(base.problem);
  const object: DirectoryObject = {
    ...base,
    passwordCredentials: [],
    keyCredentials: [],
    owners: columns.owners === null ? null : ownersOfCell(ownerCell, cell(row, columns.ownerIds)),
  };
  objects.set(key, object);
  return object;
}

function typeOf(identity: string | null, objectType: string | null): DirectoryObject['type'] {
  if (identity === null) return 'unknown';
  return /principal|enterprise/i.test(objectType ?? '') ? 'servicePrincipal' : 'application';
}

function* dateCellsOf({ rows, columns, header }: Report): Generator<DateCell> {
  const indexes = columns.credentials.flatMap(({ start, end }) =>
    start === null ? [end] : [start, end],
  );
  for (const row of rows) {
    for (const index of indexes) {
      yield { column: header[index] ?? '', text: row[index] ?? '' };
    }
  }
}

function cell(row: string[], index: number | null): string | null {
  const text = index === null ? undefined : row[index];
  return text === undefined || text === '' ? null : text;
}
