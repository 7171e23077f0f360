import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Whom one run chose for what it planned, and whom it passed over and why. */
export async function showCheckRecipients(
  { runs, plans }: Pick<ApiServices, 'runs' | 'plans'>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const runId = request.params['runId'] ?? '';
  if ((await runs.get(runId)) === null)
    throw new AppError('not_found', 'There is no such run. GET /api/checks lists them.');
  const findings = [];
  for await (const { runId: _, at: __, ...trace } of plans.ofRun(runId)) findings.push(trace);
  return { jsonBody: { runId, findings } };
}

app.http('showCheckRecipients', {
  ...bindingOf('showCheckRecipients'),
  handler: http(showCheckRecipients, 'showCheckRecipients'),
});
