import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** What keys of a connection there are and when they end; nobody can read a key again. */
export async function listConnectionKeys(
  { broker, keys }: Pick<ApiServices, 'broker' | 'keys'>,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const { connections } = await broker();
  const { id } = (await connectionOf(connections, request)).value;
  const known = await keys.ofConnection(id).list();
  return {
    jsonBody: {
      keys: known.map(({ name, createdAt, expiresAt }) => ({
        name,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      })),
    },
  };
}

app.http('listConnectionKeys', {
  ...bindingOf('listConnectionKeys'),
  handler: http(listConnectionKeys, 'listConnectionKeys'),
});
