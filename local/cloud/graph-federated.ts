import { arrayList } from './directory.ts';
import { holderOf } from './graph-lists.ts';
import { collectionText, contextOf, odata, projection } from './graph-objects.ts';
import { pageOf } from './graph-pages.ts';
import { parseGraphQuery } from './graph-query.ts';
import type { GraphApp } from './graph.ts';

const MEMBERS = new Set(['id', 'name', 'issuer', 'subject', 'audiences', 'description']);

/** Adds whom an application trusts instead of a secret ("List federatedIdentityCredentials"); asked of one at a time. */
export function federatedRoutes(app: GraphApp): void {
  for (const key of [':id', 'by-app-id/:appId', 'by-unique-name/:uniqueName']) {
    app.get(`/v1.0/applications/${key}/federatedIdentityCredentials`, (c) => {
      const holder = holderOf(c, 'applications');
      const directory = c.get('directory');
      const query = parseGraphQuery(new URL(c.req.url), MEMBERS, 'federatedIdentityCredential');
      const credentials = arrayList(directory.federatedOf(holder.id));
      const place = { directory: { ...directory, paging: {} }, listName: `federated/${holder.id}` };
      const { objects } = pageOf(credentials, query, place);
      const path = `applications('${holder.id}')/federatedIdentityCredentials`;
      const context = contextOf(c, path, query.select);
      return odata(c, collectionText({ context }, objects.map(projection(query.select))));
    });
  }
}
