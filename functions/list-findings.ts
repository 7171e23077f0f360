import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { findFindings } from '../shared/http/find-findings.ts';
import { findingsAs } from '../shared/http/findings-format.ts';
import { http } from '../shared/http/handler.ts';
import { readQuery } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { findingsQuery } from '../shared/http/schemas.ts';

/** JSON comes in pages of this many unless `limit` says otherwise; a file holds everything. */
const DEFAULT_PAGE = 200;

/** The open findings of all tenants or one, as they stand now. */
export async function listFindings(
  {
    findings,
    consumers,
    places,
    policyOf,
    settings,
    clock,
  }: Pick<ApiServices, 'findings' | 'consumers' | 'places' | 'policyOf' | 'settings' | 'clock'>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const query = readQuery(request, findingsQuery);
  const now = clock.now();
  const limit = query.limit ?? (query.format === 'json' ? DEFAULT_PAGE : null);
  const page = await findFindings(
    findings,
    { ...query, limit },
    {
      now,
      policyOf,
      consumersOf: await consumers.lookUp(),
      connectionsOf: await places.lookUp(),
    },
  );
  if (query.format !== 'json') return findingsAs(query.format, page.findings, now);
  const nextLink = nextOf(request, settings.publicUrl, page.after);
  return { jsonBody: { asOf: now.toISOString(), findings: page.findings, nextLink } };
}

function nextOf(request: HttpRequest, publicUrl: string, after: string | null): string | null {
  if (after === null) return null;
  const next = new URL('/api/findings', publicUrl);
  for (const [name, value] of request.query) next.searchParams.set(name, value);
  next.searchParams.set('after', after);
  return next.href;
}

app.http('listFindings', {
  ...bindingOf('listFindings'),
  handler: http(listFindings, 'listFindings'),
});
