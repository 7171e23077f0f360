import { app, type HttpResponseInit } from '@azure/functions';
import { shippedPlaybooks } from '../shared/connections/shipped-playbooks.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { etagOf } from '../shared/http/put-record.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** An operator's own playbooks as they were written, and which systems those of Keyturn are for. */
export async function listPlaybooks({
  playbooks,
}: Pick<ApiServices, 'playbooks'>): Promise<HttpResponseInit> {
  const own = await playbooks.list();
  return {
    jsonBody: {
      playbooks: own.map((playbook) => ({ ...playbook, etag: etagOf(playbook) })),
      shipped: shippedPlaybooks().map(({ id, systems }) => ({ id, systems: [...systems] })),
    },
  };
}

app.http('listPlaybooks', {
  ...bindingOf('listPlaybooks'),
  handler: http(listPlaybooks, 'listPlaybooks'),
});
