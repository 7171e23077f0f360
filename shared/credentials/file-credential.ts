import type { RawCredential } from './directory-object.ts';
import type { DateReader } from './file-dates.ts';
import { foldItem, isJsonObject, type JsonObject } from './file-item.ts';

/** A credential of a file, with the side of the application that a joined report says it lives on. */
export interface FileCredential {
  credential: RawCredential;
  home: 'application' | 'servicePrincipal' | null;
}

/** A credential array of a file after its container was understood. */
export interface FileCredentials {
  /** Null: the file does not have the list. */
  credentials: FileCredential[] | null;
  problems: string[];
}

export interface CredentialListContext {
  dates: DateReader;
  /** PowerShell's SDK writes null for what was not asked for; elsewhere null is an empty list. */
  nullMeansUnread: boolean;
}

/**
 * Reads `passwordCredentials` or `keyCredentials` of a file. PowerShell unrolls a list of one into an object, and "" is
 * what it makes of an empty list below its depth. A bad entry becomes a problem, the others count.
 */
export function readFileCredentials(raw: unknown, context: CredentialListContext): FileCredentials {
  const entries = entriesOf(raw, context.nullMeansUnread);
  if (entries === null) return { credentials: null, problems: [] };
  if (entries === 'malformed') return { credentials: null, problems: ['it is not a list'] };
  const credentials: FileCredential[] = [];
  const problems: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (!isJsonObject(entry)) {
      problems.push(`entry ${String(index + 1)} is not an object`);
      continue;
    }
    const read = readFileCredential(entry, context.dates);
    if (read.credential !== null)
      credentials.push({ credential: read.credential, home: read.home });
    problems.push(...read.problems);
  }
  return { credentials, problems };
}

/** One credential; null, with the problem, where the file does not prove when it ends. */
export function readFileCredential(
  raw: JsonObject,
  dates: DateReader,
): { credential: RawCredential | null; home: FileCredential['home']; problems: string[] } {
  const { members } = foldItem(raw);
  const name = textOf(members['displayName']);
  const end = instantOf('endDateTime', members['endDateTime'], dates);
  const start = instantOf('startDateTime', members['startDateTime'], dates);
  const label = name ?? textOf(members['keyId']) ?? 'a credential without a name';
  const problems: string[] = [];
  if (end.problem !== null) problems.push(`${label}: the end date ${end.problem}`);
  else if (start.problem !== null) problems.push(`${label}: the start date ${start.problem}`);
  const home = homeOf(members['isFromApplication']);
  if (end.problem !== null) return { credential: null, home, problems };
  const credential: RawCredential = {
    keyId: textOf(members['keyId']),
    displayName: name,
    customKeyIdentifier: identifierOf(members['customKeyIdentifier']) ?? textOf(raw['thumbprint']),
    hint: textOf(members['hint']),
    startsAt: start.at,
    expiresAt: end.at,
    keyType: textOf(members['type']),
    usage: textOf(members['usage']),
  };
  return { credential, home, problems };
}

/** True for the class names and "@{…}" texts that ConvertTo-Json leaves of a credential below its depth. */
export function isFlattened(raw: unknown): boolean {
  if (Array.isArray(raw))
    return raw.some((entry) => typeof entry === 'string' && isFlattened(entry));
  return typeof raw === 'string' && FLATTENED.test(raw);
}

/** The date texts of a credential array, for the proof of their order. */
export function dateCellsOf(raw: unknown): { column: string; text: string }[] {
  const cells: { column: string; text: string }[] = [];
  for (const entry of Array.isArray(raw) ? raw : [raw]) {
    if (!isJsonObject(entry)) continue;
    const { members } = foldItem(entry);
    for (const column of ['startDateTime', 'endDateTime']) {
      const text = members[column];
      if (typeof text === 'string' && /^\s*\d{1,2}[./-]/.test(text)) cells.push({ column, text });
    }
  }
  return cells;
}

const FLATTENED = /^(?:@\{|class |System\.|Microsoft\.|MicrosoftGraph\w+Credential)/;

function entriesOf(raw: unknown, nullMeansUnread: boolean): unknown[] | null | 'malformed' {
  if (raw === undefined || (raw === null && nullMeansUnread)) return null;
  if (raw === null || raw === '') return [];
  if (Array.isArray(raw)) return raw;
  if (!isJsonObject(raw)) return 'malformed';
  const wrapped = raw['value'] ?? raw['Value'];
  return Array.isArray(wrapped) ? wrapped : [raw];
}

function instantOf(
  column: string,
  raw: unknown,
  dates: DateReader,
): { at: Date | null; problem: string | null } {
  // ConvertTo-Json of a DateTime with extra members: {"value":"/Date(…)/","DateTime":"…"}.
  const text = isJsonObject(raw) ? (raw['value'] ?? raw['DateTime']) : raw;
  if (typeof text !== 'string') return { at: null, problem: null };
  const reading = dates.read({ column, text });
  if (reading.kind === 'instant') return { at: reading.at, problem: null };
  return { at: null, problem: reading.kind === 'unproven' ? reading.reason : null };
}

/** Bytes are an array of numbers in PowerShell's JSON, or the same numbers as text below its depth. */
function identifierOf(raw: unknown): string | null {
  const bytes =
    typeof raw === 'string' && /^\d{1,3}(?: \d{1,3})+$/.test(raw)
      ? raw.split(' ').map(Number)
      : raw;
  if (Array.isArray(bytes)) {
    const isBytes = bytes.length > 0 && bytes.every((byte) => typeof byte === 'number');
    return isBytes ? Buffer.from(bytes).toString('base64') : null;
  }
  return textOf(raw);
}

function homeOf(isFromApplication: unknown): FileCredential['home'] {
  if (typeof isFromApplication !== 'boolean') return null;
  return isFromApplication ? 'application' : 'servicePrincipal';
}

function textOf(raw: unknown): string | null {
  return typeof raw === 'string' && raw !== '' ? raw : null;
}
