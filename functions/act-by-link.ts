import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { toActAnswer } from '../shared/http/act-answer.ts';
import { actBody } from '../shared/http/act-schemas.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Says what is asked of the holder of a link, or does what they chose. Only this acts: a GET never does. */
export async function actByLink(
  {
    lookByLink,
    actByLink,
    settings,
    clock,
  }: Pick<ApiServices, 'lookByLink' | 'actByLink' | 'clock'> & {
    settings: Pick<ApiServices['settings'], 'timeZone'>;
  },
  request: HttpRequest,
  { correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const body = await readBody(request, actBody);
  const asked =
    body.choice === 'look' ? await lookByLink(body.token) : await actByLink(body.token, body);
  log.info('a link from a mail was used', {
    choice: body.choice,
    findingId: asked.finding.id,
    correlationId,
  });
  const options = { now: clock.now(), timeZone: settings.timeZone };
  return { jsonBody: toActAnswer(asked, options) };
}

app.http('actByLink', { ...bindingOf('actByLink'), handler: http(actByLink, 'actByLink') });
