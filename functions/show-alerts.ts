import { app, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** How far alerts go now, and who said so. */
export async function showAlerts({
  alertMode,
}: Pick<ApiServices, 'alertMode'>): Promise<HttpResponseInit> {
  return { jsonBody: await alertMode.state() };
}

app.http('showAlerts', { ...bindingOf('showAlerts'), handler: http(showAlerts, 'showAlerts') });
