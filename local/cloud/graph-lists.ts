import {
  arrayList,
  findByAppId,
  findById,
  type Directory,
  type GraphObject,
  type ObjectList,
} from './directory.ts';
import { badRequest, notFound } from './graph-error.ts';
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
import { requireRight } from './graph-rights.ts';
import { knownMembers } from './graph-shapes.ts';
import type { CollectionThrottle } from './graph-throttle.ts';
import type { GraphApp, GraphContext } from './graph.ts';
import { principalByAppId, principalById, standingNamed } from './standing-principals.ts';
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
    if (listName === 'applications') {
      app.get(`${base}/by-unique-name/:uniqueName`, (c) => objectAnswer(c, listName));
    }
  }
}

/** The holder that a path names by object id or appId; throws GraphFault 403 or 404. */
export function holderOf(c: GraphContext, listName: HolderList): GraphObject {
  requireRight(c, 'readApplications');
  const directory = c.get('directory');
  const key = {
    id: c.req.param('id'),
    appId: c.req.param('appId'),
    uniqueName: c.req.param('uniqueName'),
  };
  const object =
    listName === 'applications' ? applicationOf(directory, key) : principalOf(directory, key);
  if (object === undefined) throw notFound(key.uniqueName ?? key.appId ?? key.id ?? '');
  return object;
}

interface HolderKey {
  id: string | undefined;
  appId: string | undefined;
  uniqueName: string | undefined;
}

function applicationOf(
  directory: Directory,
  { id = '', appId, uniqueName }: HolderKey,
): GraphObject | undefined {
  if (uniqueName !== undefined) return applicationNamed(directory, uniqueName);
  const { applications } = directory;
  return appId === undefined ? findById(applications, id) : findByAppId(applications, appId);
}

function principalOf(directory: Directory, { id = '', appId }: HolderKey): GraphObject | undefined {
  return appId === undefined ? principalById(directory, id) : principalByAppId(directory, appId);
}

/** The application with a client-provided key ("application resource type": uniqueName). */
export function applicationNamed(
  { applications }: Directory,
  uniqueName: string,
): GraphObject | undefined {
  for (let index = 0; index < applications.length; index += 1) {
    if (applications.at(index)['uniqueName'] === uniqueName) return applications.at(index);
  }
  return undefined;
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
  requireRight(c, 'readApplications');
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
  const list = filtered(directory[listName], query.filter, listName);
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
  requireRight(c, 'readApplications');
  if (!isEventual(c)) throw badRequest('$count is not currently supported.', 'Request_BadRequest');
  return c.text(String(c.get('directory')[listName].length));
}

function isEventual(c: GraphContext): boolean {
  return c.req.header('consistencylevel')?.toLowerCase() === 'eventual';
}

/** The objects of a list that a filter names, in the filter's order; all without one. */
export function filtered(
  list: ObjectList,
  filter: IdFilter | null,
  listName?: HolderList,
): ObjectList {
  if (filter === null) return list;
  if (filter.member === 'displayName') {
    const own = objectsNamed(list, filter.values);
    if (listName !== 'servicePrincipals') return arrayList(own);
    return arrayList([...own, ...filter.values.flatMap(standingNamed)]);
  }
  const found = filter.values.map((value) =>
    filter.member === 'id' ? findById(list, value) : findByAppId(list, value),
  );
  return arrayList(found.filter((object) => object !== undefined));
}

function objectsNamed(list: ObjectList, names: string[]): GraphObject[] {
  const found: GraphObject[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const object = list.at(index);
    if (names.includes(String(object['displayName']))) found.push(object);
  }
  return found;
}

function typeOf(listName: HolderList): 'application' | 'servicePrincipal' {
  return listName === 'applications' ? 'application' : 'servicePrincipal';
}

function membersOf(listName: HolderList): Set<string> {
  return knownMembers(typeOf(listName));
}
