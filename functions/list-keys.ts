import { app, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** What keys there are and when they end; nobody can read a key again. */
export async function listKeys({ keys }: Pick<ApiServices, 'keys'>): Promise<HttpResponseInit> {
  const known = await keys.list();
  return {
    jsonBody: {
      keys: known.map(({ name, role, createdAt, expiresAt }) => ({
        name,
        role,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      })),
    },
  };
}

app.http('listKeys', { ...bindingOf('listKeys'), handler: http(listKeys, 'listKeys') });
