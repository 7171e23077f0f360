import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { toRunAnswer } from '../shared/http/run-answer.ts';

/** One run: how far it is, what it read, and why it did not read the rest. */
export async function showCheck(
  { runs }: Pick<ApiServices, 'runs'>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const run = await runs.get(request.params['runId'] ?? '');
  if (run === null)
    throw new AppError('not_found', 'There is no such run. GET /api/checks lists them.');
  return { jsonBody: toRunAnswer(run) };
}

app.http('showCheck', { ...bindingOf('showCheck'), handler: http(showCheck, 'showCheck') });
