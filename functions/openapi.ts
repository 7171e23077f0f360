import { app, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { openapiDocument } from '../shared/http/openapi.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** The API as an OpenAPI 3.1 document. */
export function openapi({ settings }: Pick<ApiServices, 'settings'>): HttpResponseInit {
  return { jsonBody: openapiDocument(settings.publicUrl) };
}

app.http('openapi', { ...bindingOf('openapi'), handler: http(openapi, 'openapi') });
