import { app, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** How the monitor does, in the text format that Prometheus reads. */
export async function metrics({
  metrics,
}: Pick<ApiServices, 'metrics'>): Promise<HttpResponseInit> {
  const contentType = 'text/plain; version=0.0.4; charset=utf-8';
  return { headers: { 'content-type': contentType }, body: await metrics() };
}

app.http('metrics', { ...bindingOf('metrics'), handler: http(metrics, 'metrics') });
