import { app, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** What this installation may do and lacks, as the services themselves say it now. */
export async function showSetup({ setup }: Pick<ApiServices, 'setup'>): Promise<HttpResponseInit> {
  return { jsonBody: await setup() };
}

app.http('showSetup', { ...bindingOf('showSetup'), handler: http(showSetup, 'showSetup') });
