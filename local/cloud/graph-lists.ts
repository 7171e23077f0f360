import {
  arrayList,
  findByAppId,
  findById,
  type GraphObject,
  type ObjectList,
} from './directory.ts';
import { badRequest, insufficientPrivileges, notFound } from './graph-error.ts';
import { collectionText, contextOf, odata, projection } from './graph-objects.ts';
import { createPageCache, type PageCache } from './graph-page-cache.ts';
import { pageOf } from './graph-pages.ts';
import {
  option,
  parseGraphQuery,
  parseSelect,
  type GraphQuery,
  type IdFilter,
} from './graph-query.ts';
import { knownMembers } from './graph-shapes.ts';
import type { CollectionThrottle } from './graph-throttle.ts';
import type { GraphApp, GraphContext } from './graph.ts';
import type { World } from './world.ts';

/** The lists of things that hold credentials. */
export type HolderList = 'applications' | 'servicePrincipals';

/** Adds lists, counts and single objects of applications and servicePrincipals. */
export function listRoutes(
  app: GraphApp,
  deps: { world: World; throttle: CollectionThrottle },
): void {
  const cached = createPageCache();
  for (const listName of ['applications', 'servicePrincipals'] as const) {
    const base = `/v1.0/${listName}`;
    app.get(base, (c) => listAnswer(c, listName, { throttle: deps.throttle, cached }));
    app.get(`${base}/$count`, (c) => countAnswer(c, listName));
    app.get(`${base}/by-app-id/:appId`, (c) => objectAnswer(c, listName));
    app.get(`${base}/:id`, (c) => objectAnswer(c, listName));
  }
}

/** The holder that a path names by object id or appId; throws GraphFault 403 or 404. */
export function holderOf(c: GraphContext, listName: HolderList): GraphObject {
  requireApplicationRead(c);
  const list = c.get('directory')[listName];
  const appId = c.req.param('appId');
  const id = c.req.param('id') ?? '';
  const object = appId === undefined ? findById(list, id) : findByAppId(list, appId);
  if (object === undefined) throw notFound(appId ?? id);
  return object;
}

/** The link to the next page: the same query with the page's token, on Graph's real address. */
export function nextLinkOf(c: GraphContext, token: string): string {
  const url = new URL(c.req.url);
  const kept = [...url.searchParams].filter(([name]) => !/^\$?skiptoken$/i.test(name));
  const query = [...kept, ['$skiptoken', token]].map(
    ([name = '', value = '']) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`,
  );
  return `https://${url.host}${url.pathname}?${query.join('&')}`;
}

function listAnswer(
  c: GraphContext,
  listName: HolderList,
  deps: { throttle: CollectionThrottle; cached: PageCache },
): Response {
  requireApplicationRead(c);
  const url = new URL(c.req.url);
  const query = parseGraphQuery(url, membersOf(listName), typeOf(listName));
  const directory = c.get('directory');
  if (query.select?.includes('keyCredentials') === true) {
    deps.throttle(directory.tenantId, listName);
  }
  const key = `${isEventual(c)} ${url.href}`;
  return odata(
    c,
    deps.cached(directory, key, () => listText(c, listName, query)),
  );
}

function listText(c: GraphContext, listName: HolderList, query: GraphQuery): string {
  const directory = c.get('directory');
  const list = filtered(directory[listName], query.filter);
  const filterMark = query.filter?.values.join() ?? '';
  const page = pageOf(list, query, { directory, listName: `${listName}${filterMark}` });
  const wantsCount = query.count && page.isFirst && isEventual(c);
  const head = {
    context: contextOf(c, listName, query.select),
    count: wantsCount ? list.length : undefined,
    nextLink: page.nextToken === null ? undefined : nextLinkOf(c, page.nextToken),
  };
  return collectionText(head, page.objects.map(projection(query.select)));
}

function objectAnswer(c: GraphContext, listName: HolderList): Response {
  const object = holderOf(c, listName);
  const url = new URL(c.req.url);
  const select = parseSelect(option(url, 'select'), membersOf(listName), typeOf(listName));
  const context = JSON.stringify(contextOf(c, `${listName}/$entity`, select));
  return odata(c, `{"@odata.context":${context},${projection(select)(object).slice(1)}`);
}

/** Counting needs the advanced query engine ("Advanced query capabilities on Microsoft Entra ID objects"). */
function countAnswer(c: GraphContext, listName: HolderList): Response {
  requireApplicationRead(c);
  if (!isEventual(c)) throw badRequest('$count is not currently supported.', 'Request_BadRequest');
  return c.text(String(c.get('directory')[listName].length));
}

function isEventual(c: GraphContext): boolean {
  return c.req.header('consistencylevel')?.toLowerCase() === 'eventual';
}

/** The objects of a list that a filter names, in the filter's order; all without one. */
export function filtered(list: ObjectList, filter: IdFilter | null): ObjectList {
  if (filter === null) return list;
  const found = filter.values.map((value) =>
    filter.member === 'id' ? findById(list, value) : findByAppId(list, value),
  );
  return arrayList(found.filter((object) => object !== undefined));
}

/** Permissions that allow reading both lists ("List applications", "List servicePrincipals": Permissions). */
function requireApplicationRead(c: GraphContext): void {
  const enough = ['Application.Read.All', 'Application.ReadWrite.All', 'Directory.Read.All'];
  if (!c.get('caller').roles.some((role) => enough.includes(role))) throw insufficientPrivileges();
}

function typeOf(listName: HolderList): 'application' | 'servicePrincipal' {
  return listName === 'applications' ? 'application' : 'servicePrincipal';
}

function membersOf(listName: HolderList): Set<string> {
  return knownMembers(typeOf(listName));
}
