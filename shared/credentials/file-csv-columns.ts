/** Which columns of a report hold one credential of a row: a report may have a set each for secrets and certificates. */
export interface CredentialColumns {
  kind: 'secret' | 'certificate' | 'unknown';
  end: number;
  start: number | null;
  name: number | null;
  keyId: number | null;
}

/** Where a CSV report keeps what; null for what it does not have. */
export interface ReportColumns {
  credentials: CredentialColumns[];
  appName: number | null;
  appId: number | null;
  objectId: number | null;
  objectType: number | null;
  credentialType: number | null;
  keyId: number | null;
  hint: number | null;
  thumbprint: number | null;
  owners: number | null;
  ownerIds: number | null;
}

/**
 * Finds the columns of a report by their headings, however the script spelled them ("Secret End Date", "EndDateTime",
 * "expiresOn"). Null when no heading names an end date: then the report says nothing about what ends.
 */
export function findColumns(header: string[]): ReportColumns | null {
  const headings = header.map(plain);
  const ends = headings.flatMap((heading, index) => (isEnd(heading) ? [index] : []));
  if (ends.length === 0) return null;
  const find = (pattern: RegExp) =>
    indexOrNull(headings.findIndex((heading) => pattern.test(heading)));
  return {
    credentials: ends.map((end) => credentialColumns(headings, end, ends.length > 1)),
    appName: find(APP_NAME) ?? find(/^(?:display)?name$/),
    appId: find(/^(?:app|application|client|applicationclient)id$/),
    objectId: find(/^(?:(?:app|application|sp|serviceprincipal|holder)?objectid|id)$/),
    objectType: find(/^(?:object|holder|app|application|principal)type$/),
    credentialType: find(/^(?:credential|secret|cred|key)?(?:type|kind)$/),
    keyId: find(/^(?:key|secret|credential|cred)id$/),
    hint: find(/^(?:secret)?hint$/),
    thumbprint: find(/thumbprint$/),
    owners: find(OWNERS),
    ownerIds: find(/^owners?(?:object)?ids?$/),
  };
}

/** False for columns that say whose or what nowhere: a sentence with a comma and the word "end" is no report. */
export function namesSomething(columns: ReportColumns): boolean {
  const { appName, appId, objectId, keyId, credentials } = columns;
  const ofCredentials = credentials.flatMap(({ name, keyId }) => [name, keyId]);
  return [appName, appId, objectId, keyId, ...ofCredentials].some((column) => column !== null);
}

const APP_NAME =
  /^(?:app|application|holder|serviceprincipal)(?:displayname|name)$|^application$|^app$/;
const OWNERS =
  /^(?:app|application)?owners?(?:s?(?:upns?|e?mails?|names?|userprincipalnames?|address(?:es)?))?$/;
const END = /end|expir|validuntil|validto|notafter/;
/** "Days until expiry", "Expired" and "Expiry status" speak of the end without being a date. */
const NOT_A_DATE =
  /days?(?:to|un|left|remain|$)|indays|status|state|expired|^isexp|appenddate|soon|calendar/;
const START = /start|begin|validfrom|notbefore|created/;
const CERTIFICATE = /cert|^key(?!id)/;
const SECRET = /secret|password/;

function credentialColumns(
  headings: string[],
  end: number,
  isOneOfSeveral: boolean,
): CredentialColumns {
  const kind = kindOf(headings[end] ?? '');
  const find = (pattern: RegExp) =>
    indexOrNull(
      headings.findIndex(
        (heading) => pattern.test(heading) && (!isOneOfSeveral || kindOf(heading) === kind),
      ),
    );
  return {
    kind,
    end,
    start: find(START),
    name: find(
      /^(?:secret|cert|certificate|password|credential|cred|key)(?:display|friendly)?name$|^description$/,
    ),
    keyId: find(/^(?:key|secret|cert|certificate|credential|cred)(?:key)?id$/),
  };
}

function kindOf(heading: string): CredentialColumns['kind'] {
  if (CERTIFICATE.test(heading)) return 'certificate';
  return SECRET.test(heading) ? 'secret' : 'unknown';
}

function isEnd(heading: string): boolean {
  return (
    END.test(heading) && !NOT_A_DATE.test(heading) && !/vendor|send|depend|weekend/.test(heading)
  );
}

function plain(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function indexOrNull(index: number): number | null {
  return index === -1 ? null : index;
}
