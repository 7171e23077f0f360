import type { DirectoryObject } from './directory-object.ts';
import { isJsonObject, typeOfContext, type JsonObject } from './file-item.ts';
import type { Skip } from './file-reading.ts';

/** A list of raw items as a JSON file holds it. */
export interface JsonList {
  items: unknown[];
  type: DirectoryObject['type'];
  count: number | null;
  hasNextLink: boolean;
  /** A top-level array without any wrapper, as `az` and PowerShell write it. */
  isBareArray: boolean;
}

export interface JsonDocument {
  lists: JsonList[];
  skipped: Skip[];
}

/**
 * The lists in a JSON text: Graph list answers, several of them in an array, `$batch` answers, single entities, bare
 * arrays, or one JSON document per line. Null when the text is no JSON at all.
 */
export function readJsonText(text: string): JsonDocument | null {
  const whole = parse(text);
  if (whole !== undefined) return { lists: listsIn(whole), skipped: [] };
  return readLines(text);
}

/** Graph's own error answer in a file: its code, else null. */
export function graphErrorIn({ lists }: JsonDocument): string | null {
  const [item, ...others] = lists.flatMap((list) => list.items.slice(0, 2));
  if (others.length > 0 || !isJsonObject(item) || !isJsonObject(item['error'])) return null;
  const code = item['error']['code'];
  return typeof code === 'string' ? code : 'error without a code';
}

/** One document per line; a bad line is skipped, unless most of them are bad. */
function readLines(text: string): JsonDocument | null {
  const documents: JsonObject[] = [];
  const skipped: Skip[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const document = line.trim();
    if (document === '') continue;
    // Most lines of a damaged document are not worth an exception each.
    const value = /^\{.*\}$/.test(document) ? parse(document) : undefined;
    if (isJsonObject(value)) documents.push(value);
    else skipped.push({ where: `line ${String(index + 1)}`, reason: 'it is not a JSON object' });
  }
  // A damaged document over many lines may hold a line that is one by chance.
  if (documents.length * 4 <= skipped.length) return null;
  const lists = documents.filter(isPage).map(pageOf);
  const items = documents.filter((document) => !isPage(document));
  if (items.length > 0) lists.push({ ...noFacts, items });
  return { lists: joined(lists), skipped };
}

function listsIn(document: unknown): JsonList[] {
  if (Array.isArray(document)) {
    const pages = document.filter(isPage);
    const isPages = pages.length > 0 && pages.length === document.length;
    return isPages
      ? joined(pages.map(pageOf))
      : [{ ...noFacts, items: document, isBareArray: true }];
  }
  if (!isJsonObject(document)) return [{ ...noFacts, items: [document] }];
  if (isPage(document)) return [pageOf(document)];
  const responses: unknown = document['responses'];
  if (Array.isArray(responses)) return responses.flatMap(listsInResponse);
  return listsByName(document) ?? [{ ...noFacts, items: [document], type: contextOf(document) }];
}

interface Page extends JsonObject {
  value?: unknown;
  Value?: unknown;
}

const noFacts: JsonList = {
  items: [],
  type: 'unknown',
  count: null,
  hasNextLink: false,
  isBareArray: false,
};

/** Microsoft Learn: "Combine multiple HTTP requests using JSON batching". */
function listsInResponse(response: unknown): JsonList[] {
  return isJsonObject(response) && response['body'] !== undefined ? listsIn(response['body']) : [];
}

/** `{"applications":[…],"servicePrincipals":[…]}`, as scripts that keep both in one file write it. */
function listsByName(document: JsonObject): JsonList[] | null {
  const { applications, servicePrincipals } = document;
  if (document['id'] !== undefined || document['appId'] !== undefined) return null;
  const lists: JsonList[] = [];
  if (Array.isArray(applications)) {
    lists.push({ ...noFacts, items: applications, type: 'application' });
  }
  if (Array.isArray(servicePrincipals)) {
    lists.push({ ...noFacts, items: servicePrincipals, type: 'servicePrincipal' });
  }
  return lists.length === 0 ? null : lists;
}

function isPage(value: unknown): value is Page {
  if (!isJsonObject(value)) return false;
  const items = value['value'] ?? value['Value'];
  return Array.isArray(items) || (isJsonObject(items) && Object.keys(value).length <= 4);
}

/** Graph's own, Azure AD Graph's, and what the newer SDKs call it. */
const NEXT_LINKS = ['@odata.nextLink', 'odata.nextLink', 'odataNextLink', 'OdataNextLink'];

function pageOf(page: Page): JsonList {
  const items = page.value ?? page.Value;
  const count = Number(page['@odata.count'] ?? page['odata.count'] ?? Number.NaN);
  const next = NEXT_LINKS.map((name) => page[name]).find((link) => typeof link === 'string');
  return {
    items: Array.isArray(items) ? items : [items],
    type: contextOf(page),
    count: Number.isNaN(count) ? null : count,
    hasNextLink: next !== undefined && next !== '',
    isBareArray: false,
  };
}

/** Pages that stand one behind the other in one file are one list: each next link is answered by the page behind it. */
function joined(lists: JsonList[]): JsonList[] {
  const whole: JsonList[] = [];
  for (const list of lists) {
    const before = whole.at(-1);
    if (before?.hasNextLink !== true || before.type !== list.type) {
      whole.push({ ...list, items: [...list.items] });
      continue;
    }
    for (const item of list.items) before.items.push(item);
    before.hasNextLink = list.hasNextLink;
    before.count ??= list.count;
  }
  return whole;
}

function contextOf(document: JsonObject): DirectoryObject['type'] {
  return typeOfContext(document['@odata.context'] ?? document['odata.metadata']);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
