import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { AppError } from '../shared/errors.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { previewQuery } from '../shared/http/preview-schemas.ts';
import { readQuery } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Which mails the coming days would send, for one tenant; sends nothing and writes nothing. */
export async function previewAlerts(
  services: Pick<ApiServices, 'watched' | 'previewAlerts'>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const { tenantId: asked, days } = readQuery(request, previewQuery);
  const tenantIds = await services.watched();
  const tenantId = asked ?? tenantIds[0];
  if (tenantId === undefined || !tenantIds.includes(tenantId))
    throw new AppError(
      'not_found',
      'That tenant is not among those that are watched (GET /api/tenants).',
    );
  const preview = await services.previewAlerts({ tenantId, days });
  return { jsonBody: { ...preview, watchedTenantIds: tenantIds } };
}

app.http('previewAlerts', {
  ...bindingOf('previewAlerts'),
  handler: http(previewAlerts, 'previewAlerts'),
});
