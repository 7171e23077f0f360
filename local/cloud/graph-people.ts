import { arrayList, findById, type Directory, type GraphObject } from './directory.ts';
import { insufficientPrivileges, notFound } from './graph-error.ts';
import { filtered, holderOf, nextLinkOf, type HolderList } from './graph-lists.ts';
import { collectionText, contextOf, odata, projection } from './graph-objects.ts';
import { pageOf } from './graph-pages.ts';
import { option, parseGraphQuery, parseSelect } from './graph-query.ts';
import { knownMembers } from './graph-shapes.ts';
import type { GraphApp, GraphContext } from './graph.ts';

/** Adds owners of both kinds of holder, users with their managers, and the organization. */
export function peopleRoutes(app: GraphApp): void {
  for (const listName of ['applications', 'servicePrincipals'] as const) {
    for (const key of [':id', 'by-app-id/:appId']) {
      app.get(`/v1.0/${listName}/${key}/owners`, (c) => ownersAnswer(c, listName));
      app.get(`/v1.0/${listName}/${key}/owners/:cast`, (c) => ownersAnswer(c, listName));
    }
  }
  app.get('/v1.0/users', usersAnswer);
  app.get('/v1.0/users/:id', (c) => userAnswer(c, 'users/$entity', userOf(c)));
  app.get('/v1.0/users/:id/manager', (c) =>
    userAnswer(c, 'directoryObjects/$entity', managerOf(c)),
  );
  app.get('/v1.0/organization', organizationAnswer);
}

/** The user that an id or userPrincipalName names. */
export function findUser(directory: Directory, name: string): GraphObject | undefined {
  const byId = findById(directory.users, name);
  if (byId !== undefined) return byId;
  for (let index = 0; index < directory.users.length; index += 1) {
    const user = directory.users.at(index);
    if (String(user['userPrincipalName']).toLowerCase() === name.toLowerCase()) return user;
  }
  return undefined;
}

/** How much of a user a caller may see: nothing but that it exists, the basic profile, or all. */
type UserTier = 'none' | 'basic' | 'full';

function tierOf(c: GraphContext): UserTier {
  const { roles, scopes } = c.get('caller');
  if ([...roles, ...scopes].some((role) => FULL.has(role))) return 'full';
  return roles.includes('User.ReadBasic.All') ? 'basic' : 'none';
}

const FULL = new Set(['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All']);

/** What User.ReadBasic.All shows ("Microsoft Graph permissions reference": basic profile). */
const BASIC = new Set(['id', 'displayName', 'givenName', 'surname', 'mail', 'userPrincipalName']);

/** What Graph lists of a user when nothing is selected ("List users", default properties). */
const DEFAULT_MEMBERS = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
];

/** A user's members as far as the tier goes: the rest is null, with status 200 (limited information). */
function visibleUser(user: GraphObject, tier: UserTier, select: string[] | null): GraphObject {
  const chosen: GraphObject = { id: user.id };
  for (const member of select ?? DEFAULT_MEMBERS) {
    const isVisible = tier === 'full' || member === 'id' || (tier === 'basic' && BASIC.has(member));
    const hidden = member === 'businessPhones' ? [] : null;
    chosen[member] = isVisible ? (user[member] ?? hidden) : hidden;
  }
  return chosen;
}

/** Owners that no longer exist are left out, as Entra does with the links of deleted users. */
function ownersAnswer(c: GraphContext, listName: HolderList): Response {
  const holder = holderOf(c, listName);
  const directory = c.get('directory');
  const known = new Set([...knownMembers('user'), ...knownMembers('servicePrincipal')]);
  const query = parseGraphQuery(new URL(c.req.url), known, 'directoryObject');
  const owners = directory
    .ownersOf(holder.id)
    .map((id) => visibleOwner(c, id, query.select))
    .filter((owner) => owner !== undefined)
    .filter((owner) => isOfCast(owner, c.req.param('cast')));
  const place = { directory: { ...directory, paging: {} }, listName: `owners/${holder.id}` };
  const page = pageOf(arrayList(owners), query, place);
  return odata(
    c,
    collectionText(
      {
        context: contextOf(c, 'directoryObjects', query.select),
        nextLink: page.nextToken === null ? undefined : nextLinkOf(c, page.nextToken),
      },
      page.objects.map((owner) => JSON.stringify(owner)),
    ),
  );
}

function visibleOwner(
  c: GraphContext,
  id: string,
  select: string[] | null,
): GraphObject | undefined {
  const directory = c.get('directory');
  const user = findById(directory.users, id);
  if (user !== undefined) {
    return typed('#microsoft.graph.user', visibleUser(user, tierOf(c), select));
  }
  const principal = findById(directory.servicePrincipals, id);
  if (principal === undefined) return undefined;
  const chosen: GraphObject = { id: principal.id };
  const members = select ?? Object.keys(principal);
  for (const member of members) {
    if (member in principal && member !== 'keyCredentials') chosen[member] = principal[member];
  }
  return typed('#microsoft.graph.servicePrincipal', chosen);
}

function typed(type: string, object: GraphObject): GraphObject {
  return { '@odata.type': type, ...object };
}

function isOfCast(owner: GraphObject, cast: string | undefined): boolean {
  return cast === undefined || owner['@odata.type'] === `#${cast}`;
}

function usersAnswer(c: GraphContext): Response {
  const tier = tierOf(c);
  if (tier === 'none') throw insufficientPrivileges();
  const query = parseGraphQuery(new URL(c.req.url), knownMembers('user'), 'user');
  const directory = c.get('directory');
  const users = filtered(directory.users, query.filter);
  const page = pageOf(users, query, { directory, listName: 'users' });
  return odata(
    c,
    collectionText(
      {
        context: contextOf(c, 'users', query.select),
        nextLink: page.nextToken === null ? undefined : nextLinkOf(c, page.nextToken),
      },
      page.objects.map((user) => JSON.stringify(visibleUser(user, tier, query.select))),
    ),
  );
}

/** A single user needs more than the basic profile ("Get a user": User.ReadBasic.All is for lists only). */
function userOf(c: GraphContext): GraphObject {
  if (tierOf(c) !== 'full') throw insufficientPrivileges();
  const name = c.req.param('id') ?? '';
  const user = findUser(c.get('directory'), name);
  if (user === undefined) throw notFound(name);
  return user;
}

function managerOf(c: GraphContext): GraphObject {
  const user = userOf(c);
  const directory = c.get('directory');
  const manager = findById(directory.users, directory.managerOf(user.id) ?? '');
  if (manager === undefined) throw notFound('manager');
  return typed('#microsoft.graph.user', manager);
}

/** "Microsoft Graph permissions reference", User-LifeCycleInfo.Read.All: no other permission shows who leaves when. */
function mayReadLeaving(c: GraphContext): boolean {
  const { roles, scopes } = c.get('caller');
  return [...roles, ...scopes].some((role) => /^User-LifeCycleInfo\.Read(Write)?\.All$/.test(role));
}

function userAnswer(c: GraphContext, path: string, user: GraphObject): Response {
  const url = new URL(c.req.url);
  const select = parseSelect(option(url, 'select'), knownMembers('user'), 'user');
  if (select?.includes('employeeLeaveDateTime') === true && !mayReadLeaving(c))
    throw insufficientPrivileges();
  const type = user['@odata.type'];
  const object = visibleUser(user, 'full', select);
  const shown = type === undefined ? object : { '@odata.type': type, ...object };
  return odata(c, JSON.stringify({ '@odata.context': contextOf(c, path, select), ...shown }));
}

function organizationAnswer(c: GraphContext): Response {
  const enough = ['Organization.Read.All', 'Directory.Read.All', 'Directory.AccessAsUser.All'];
  const { roles, scopes } = c.get('caller');
  if (![...roles, ...scopes].some((role) => enough.includes(role))) throw insufficientPrivileges();
  const { tenantId, displayName, verifiedDomain } = c.get('directory');
  const organization = {
    id: tenantId,
    deletedDateTime: null,
    displayName,
    countryLetterCode: 'DE',
    tenantType: 'AAD',
    technicalNotificationMails: [`operations@${verifiedDomain}`],
    assignedPlans: [],
    verifiedDomains: [
      {
        capabilities: 'Email, OfficeCommunicationsOnline',
        isDefault: true,
        isInitial: false,
        name: verifiedDomain,
        type: 'Managed',
      },
    ],
  };
  const select = option(new URL(c.req.url), 'select')?.split(',') ?? null;
  const context = contextOf(c, 'organization', select);
  return odata(c, collectionText({ context }, [projection(select)(organization)]));
}
