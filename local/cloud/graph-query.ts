import { badRequest } from './graph-error.ts';

/** What a list call asks for, read from its query. */
export interface GraphQuery {
  /** Null: Graph's default members. */
  select: string[] | null;
  top: number | null;
  count: boolean;
  filter: IdFilter | null;
  skipToken: string | null;
}

/** The only filters that the local directory understands: equality with one or several ids or names. */
export interface IdFilter {
  member: 'id' | 'appId' | 'displayName';
  values: string[];
}

/**
 * Reads the query options of a directory list (Microsoft Learn, "Use query parameters to customize responses").
 * Throws GraphFault 400 for what Graph or this emulator refuses.
 */
export function parseGraphQuery(url: URL, known: Set<string>, typeName: string): GraphQuery {
  refuseUnsupported(url);
  return {
    select: parseSelect(option(url, 'select'), known, typeName),
    top: parseTop(option(url, 'top')),
    count: option(url, 'count') === 'true',
    filter: parseFilter(option(url, 'filter'), typeName),
    skipToken: option(url, 'skiptoken'),
  };
}

/** A query option with or without its dollar sign: v1.0 takes both. */
export function option(url: URL, name: string): string | null {
  return url.searchParams.get(`$${name}`) ?? url.searchParams.get(name);
}

/** The members that `$select` names, checked against the type; null without `$select`. */
export function parseSelect(
  value: string | null,
  known: Set<string>,
  typeName: string,
): string[] | null {
  if (value === null || value.trim() === '') return null;
  const names = value.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.${typeName}'.`,
    );
  }
  return names;
}

function refuseUnsupported(url: URL): void {
  for (const name of ['expand', 'search', 'orderby', 'skip']) {
    if (option(url, name) !== null) {
      throw badRequest(
        `Query option '${name}' is not supported by the local directory.`,
        'Request_UnsupportedQuery',
      );
    }
  }
}

function parseTop(value: string | null): number | null {
  if (value === null) return null;
  const top = Number(value);
  if (!Number.isInteger(top) || top < 0) {
    throw badRequest(`Invalid value '${value}' for $top query option found.`);
  }
  if (top < 1 || top > 999) {
    throw badRequest(
      `Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`,
      'Request_UnsupportedQuery',
    );
  }
  return top;
}

function parseFilter(value: string | null, typeName: string): IdFilter | null {
  if (value === null) return null;
  const match = /^\s*(\w+)\s+(?:eq\s+('[^']*'|[\w-]+)|in\s*\(([^)]*)\))\s*$/.exec(value);
  if (match?.[1] === undefined) {
    throw badRequest(`Invalid filter clause: '${value}'.`);
  }
  const member = match[1];
  if (member !== 'id' && member !== 'appId' && member !== 'displayName') {
    throw badRequest(
      `Unsupported or invalid query filter clause specified for property '${member}' of resource '${typeName[0]?.toUpperCase()}${typeName.slice(1)}'.`,
      'Request_UnsupportedQuery',
    );
  }
  const list = match[2] === undefined ? (match[3] ?? '').split(',') : [match[2]];
  return { member, values: list.map((item) => item.trim().replaceAll("'", '')) };
}
