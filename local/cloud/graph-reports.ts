import { badRequest, insufficientPrivileges } from './graph-error.ts';
import { collectionText, odata } from './graph-objects.ts';
import { nextLinkOf } from './graph-lists.ts';
import { pageOf } from './graph-pages.ts';
import { option } from './graph-query.ts';
import type { GraphApp, GraphContext } from './graph.ts';
import { cloudOfGraph } from './national-clouds.ts';

const PATH = '/beta/reports/appCredentialSignInActivities';
/** Microsoft Learn: "List appCredentialSignInActivities", Permissions. */
const ENOUGH = ['AuditLog.Read.All', 'Directory.Read.All'];
const PAGE_SIZE = 100;

/** Adds the report of when credentials were last used; it exists in beta alone. */
export function reportRoutes(app: GraphApp): void {
  app.get(PATH, signInActivities);
}

function signInActivities(c: GraphContext): Response {
  const url = new URL(c.req.url);
  if (!cloudOfGraph(url.host).hasSignInActivity)
    throw badRequest("Resource not found for the segment 'appCredentialSignInActivities'.");
  if (!c.get('caller').roles.some((role) => ENOUGH.includes(role))) throw insufficientPrivileges();
  const directory = c.get('directory');
  const skipToken = option(url, 'skiptoken');
  const query = { select: null, top: PAGE_SIZE, count: false, filter: null, skipToken };
  const page = pageOf(directory.signInActivities, query, {
    directory,
    listName: 'appCredentialSignInActivities',
  });
  const head = {
    context: `https://${url.host}/beta/$metadata#reports/appCredentialSignInActivities`,
    nextLink: page.nextToken === null ? undefined : nextLinkOf(c, page.nextToken),
  };
  return odata(
    c,
    collectionText(
      head,
      page.objects.map((object) => JSON.stringify(object)),
    ),
  );
}
