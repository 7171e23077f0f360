import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { startAuthorization } from '../shared/broker/start-authorization.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { authorizeBody } from '../shared/http/connection-schemas.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Begins a sign-in in the browser that sends this: the address to go to, and the cookie that ties both together. */
export async function authorizeConnection(
  { broker, settings }: Pick<ApiServices, 'broker' | 'settings'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { expected, anybody, loginHint } = await readBody(request, authorizeBody);
  const parts = await broker();
  const { value: connection } = await connectionOf(parts.connections, request);
  const { id } = connection;
  log.info('a sign-in begins', { id, caller: callerName(caller), correlationId });
  const { url, cookie } = await startAuthorization(
    { ...parts, publicUrl: settings.publicUrl },
    {
      connection,
      state: await parts.connections.state(connection),
      ...(anybody ? { expected: 'anybody' } : {}),
      ...(expected === undefined ? {} : { expected: { ...expected, issuer: null, subject: null } }),
      ...(loginHint === undefined ? {} : { loginHint }),
    },
  );
  const { name, value, maxAgeSeconds } = cookie;
  return {
    jsonBody: { url },
    // SameSite=None: the provider's page posts the answer from another site (facts, bug 41).
    cookies: [
      {
        name,
        value,
        maxAge: maxAgeSeconds,
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'None',
      },
    ],
  };
}

app.http('authorizeConnection', {
  ...bindingOf('authorizeConnection'),
  handler: http(authorizeConnection, 'authorizeConnection'),
});
