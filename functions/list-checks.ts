import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { readQuery } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { toRunAnswer } from '../shared/http/run-answer.ts';
import { runsQuery } from '../shared/http/schemas.ts';

const DEFAULT_LIMIT = 50;

/** The latest runs, newest first; `limit` says how many at most. */
export async function listChecks(
  { runs }: Pick<ApiServices, 'runs'>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const { limit = DEFAULT_LIMIT } = readQuery(request, runsQuery);
  const latest = await runs.recent(limit);
  return { jsonBody: { runs: latest.slice(0, limit).map(toRunAnswer) } };
}

app.http('listChecks', { ...bindingOf('listChecks'), handler: http(listChecks, 'listChecks') });
