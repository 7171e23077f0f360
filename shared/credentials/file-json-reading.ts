import type { DirectoryObject } from './directory-object.ts';
import { dateCellsOf, isFlattened } from './file-credential.ts';
import { createDateReader, type DateReader } from './file-dates.ts';
import { foldItem, isJsonObject, itemKind, type ItemKind, type JsonObject } from './file-item.ts';
import { graphErrorIn, type JsonDocument, type JsonList } from './file-json.ts';
import { readFileObject, readLoneCredentials } from './file-object.ts';
import type { FileReading, ItemReading, Skip } from './file-reading.ts';
import { SHALLOW_EXPORT } from './file-refusal.ts';

/** Understands a JSON document as an export, or says why it is none. `file` is its name for messages. */
export function readJsonDocument(document: JsonDocument, file: string): FileReading {
  const survey = surveyOf(document.lists);
  const refusal = refusalOf(document, survey);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  return {
    kind: 'read',
    items: readItems(survey, document.skipped, file),
    lists: document.lists.map((list) => ({
      type: list.type,
      items: list.items.length,
      count: list.count,
      hasNextLink: list.hasNextLink,
    })),
    incomplete: incompleteOf(document.lists, survey),
    deleted: survey.kinds.get('deleted') ?? 0,
  };
}

interface Item {
  /** Null for what is no JSON object. */
  members: JsonObject | null;
  /** A credential that stands alone, as it was; of everything else only `members` is kept. */
  credential: JsonObject | null;
  kind: ItemKind | 'malformed';
  type: DirectoryObject['type'];
  fromSdk: boolean;
}

/** What a first look at all items told. */
interface Survey {
  items: Item[];
  kinds: Map<Item['kind'], number>;
  dates: DateReader;
  isFlattened: boolean;
  /** A credential without an application holds the value of a new secret. */
  hasSecretText: boolean;
  /** Credential lists that PowerShell's SDK wrote as null in every item: they were not asked for. */
  unreadMembers: Set<string>;
}

const CREDENTIAL_LISTS = ['passwordCredentials', 'keyCredentials'] as const;

function surveyOf(lists: JsonList[]): Survey {
  const items = lists.flatMap((list) => list.items.map((raw) => itemOf(raw, list.type)));
  const kinds = new Map<Item['kind'], number>();
  for (const { kind } of items) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const objects = items.flatMap(({ kind, members }) =>
    kind === 'directoryObject' && members !== null ? [members] : [],
  );
  const credentialLists = objects.flatMap((members) =>
    CREDENTIAL_LISTS.map((name) => members[name]),
  );
  const loneCredentials = items.flatMap(({ credential }) => credential ?? []);
  return {
    items,
    kinds,
    dates: createDateReader([...credentialLists, loneCredentials].flatMap(dateCellsOf)),
    isFlattened: credentialLists.some(isFlattened) || lists.some(({ items }) => isFlattened(items)),
    hasSecretText: items.some(({ kind, members }) => kind === 'credential' && hasValue(members)),
    unreadMembers: unreadMembersOf(items),
  };
}

function itemOf(raw: unknown, type: DirectoryObject['type']): Item {
  if (!isJsonObject(raw)) {
    return { members: null, credential: null, kind: 'malformed', type, fromSdk: false };
  }
  const { members, fromSdk } = foldItem(raw);
  const kind = itemKind(members, type);
  return { members, credential: kind === 'credential' ? raw : null, kind, type, fromSdk };
}

function unreadMembersOf(items: Item[]): Set<string> {
  if (!items.some(({ fromSdk }) => fromSdk)) return new Set();
  return new Set(
    CREDENTIAL_LISTS.filter((name) =>
      items.every(({ members }) => (members?.[name] ?? null) === null),
    ),
  );
}

function refusalOf(document: JsonDocument, survey: Survey): string | null {
  const code = graphErrorIn(document);
  if (code !== null) return `it is an error answer (${code}), not a list`;
  if (survey.isFlattened) return SHALLOW_EXPORT;
  const { kinds, items } = survey;
  const understood = ['directoryObject', 'credential', 'deleted'] as const;
  if (items.length === 0 || understood.some((kind) => kinds.has(kind))) return null;
  if (kinds.has('person') || kinds.has('group')) {
    return 'it looks like a list of people or groups, not of applications';
  }
  if (kinds.has('other')) {
    return 'it is JSON, but nothing in it looks like an application, an enterprise application or a credential';
  }
  return 'it is JSON without any object in it';
}

function hasValue(members: JsonObject | null): boolean {
  return typeof members?.['secretText'] === 'string' && members['secretText'] !== '';
}

const WHOSE =
  'whose it is and what else the application has is not in the file. Export the application itself: az ad app show, or az ad app list --all';
const LONE_CREDENTIALS = `it looks like az ad app credential list: credentials without their application, so ${WHOSE}`;
const NEW_SECRET = `it looks like the answer to addPassword, not a list of applications: ${WHOSE}. It holds the value of a secret: keep it where secrets belong, and delete this file`;

function incompleteOf(lists: JsonList[], { kinds, hasSecretText }: Survey): string[] {
  const sentences: string[] = [];
  if (kinds.has('credential')) sentences.push(hasSecretText ? NEW_SECRET : LONE_CREDENTIALS);
  if (lists.some(isCutByAz)) {
    sentences.push(
      'it holds exactly 100 items, where az ad app list and Get-MgApplication stop unless told otherwise. Export again with --all (az) or -All (PowerShell)',
    );
  }
  return sentences;
}

/** Microsoft Learn, az ad app list: "--all: List all entities, expect long delay if under a big organization". */
function isCutByAz(list: JsonList): boolean {
  return list.isBareArray && list.items.length === 100;
}

function* readItems(survey: Survey, skipped: Skip[], file: string): Generator<ItemReading> {
  for (const { where, reason } of skipped) {
    yield { objects: [], skipped: [{ where: `${file}, ${where}`, reason }] };
  }
  const lone: JsonObject[] = [];
  for (const [index, item] of survey.items.entries()) {
    if (item.credential !== null) lone.push(item.credential);
    else yield readItem(item, survey, `${file}, item ${String(index + 1)}`);
  }
  if (lone.length > 0) yield readLoneCredentials(lone, { dates: survey.dates, where: file });
}

function readItem(item: Item, survey: Survey, where: string): ItemReading {
  if (item.kind === 'deleted') return { objects: [], skipped: [] };
  if (item.kind === 'directoryObject' && item.members !== null) {
    const { dates, unreadMembers } = survey;
    return readFileObject(item.members, { type: item.type, dates, unreadMembers, where });
  }
  const reason =
    item.kind === 'malformed'
      ? 'it is not a JSON object'
      : `it is ${item.kind === 'other' ? 'something else' : `a ${item.kind}`}, not an application`;
  return { objects: [], skipped: [{ where, reason }] };
}
