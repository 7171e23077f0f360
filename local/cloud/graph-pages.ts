import type { Directory, GraphObject, ObjectList } from './directory.ts';
import { GraphFault } from './graph-error.ts';
import type { GraphQuery } from './graph-query.ts';

/** One page of a list: its objects and, unless it is the last, the token of the next. */
export interface Page {
  objects: GraphObject[];
  nextToken: string | null;
  /** True for the first page of a list, which alone may carry `@odata.count`. */
  isFirst: boolean;
}

/**
 * Cuts a list into pages as the tenant's paging options say (design §9).
 * Throws GraphFault 400 for a page token that is not ours, of another list, or of an earlier directory.
 */
export function pageOf(list: ObjectList, query: GraphQuery, place: PagePlace): Page {
  const { paging } = place.directory;
  const size = Math.min(query.top ?? DEFAULT_PAGE, paging.size ?? MAX_PAGE);
  const isFirst = query.skipToken === null;
  const position = isFirst ? firstPosition(list, place) : readToken(query.skipToken ?? '', place);
  const token = (next: Position) => writeToken(next, place);
  if (position.emptyLeft > 0) {
    const next = { offset: position.offset, emptyLeft: position.emptyLeft - 1 };
    return { objects: [], nextToken: token(next), isFirst };
  }
  const end = Math.min(position.offset + size, list.length);
  const objects: GraphObject[] = repeats(list, paging.repeat ?? [], {
    from: position.offset,
    end,
    size,
  });
  for (let index = position.offset; index < end; index += 1) objects.push(list.at(index));
  if (end >= list.length) return { objects, nextToken: null, isFirst };
  const pageNumber = Math.floor(position.offset / size) + 1;
  return {
    objects,
    nextToken: token({ offset: end, emptyLeft: empties(place, pageNumber) }),
    isFirst,
  };
}

export interface PagePlace {
  directory: Directory;
  /** The name of the list, for which alone a page token is good. */
  listName: string;
}

const DEFAULT_PAGE = 100;
const MAX_PAGE = 999;

interface Position {
  offset: number;
  /** Empty pages to be served before the objects at `offset`. */
  emptyLeft: number;
}

function firstPosition(list: ObjectList, place: PagePlace): Position {
  return { offset: 0, emptyLeft: list.length > 0 ? empties(place, 0) : 0 };
}

function empties(place: PagePlace, afterPage: number): number {
  return (place.directory.paging.emptyAfter ?? []).filter((page) => page === afterPage).length;
}

/**
 * Objects to serve once more: on the page after their own, or on their own if that is the last, so that the
 * number of pages stays what it is without them.
 */
function repeats(
  list: ObjectList,
  ids: string[],
  page: { from: number; end: number; size: number },
): GraphObject[] {
  const isLast = page.end >= list.length;
  return ids
    .map((id) => list.indexOf(id))
    .filter(
      (index) =>
        (index >= page.from - page.size && index < page.from && index >= 0) ||
        (isLast && index >= page.from && index < page.end),
    )
    .map((index) => list.at(index));
}

const TOKEN_PREFIX = 'RFNwdAoAAQ';

function writeToken(position: Position, place: PagePlace): string {
  const content = [place.directory.version, place.listName, position.offset, position.emptyLeft];
  return TOKEN_PREFIX + Buffer.from(JSON.stringify(content)).toString('base64url');
}

function readToken(token: string, place: PagePlace): Position {
  const content = token.startsWith(TOKEN_PREFIX) ? decode(token.slice(TOKEN_PREFIX.length)) : [];
  const [version, listName, offset, emptyLeft] = content;
  const isOurs = version === place.directory.version && listName === place.listName;
  if (!isOurs || typeof offset !== 'number' || typeof emptyLeft !== 'number') {
    throw new GraphFault(
      { status: 400, code: 'Directory_ExpiredPageToken' },
      'The specified page token value has expired and can no longer be included in your request.',
    );
  }
  return { offset, emptyLeft };
}

function decode(text: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}
