import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import type { ExpectedUser } from '../shared/broker/authorization-request.ts';
import { startAdminConsent } from '../shared/broker/start-admin-consent.ts';
import { startAuthorization } from '../shared/broker/start-authorization.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { authorizeBody } from '../shared/http/connection-schemas.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { signInCookie } from '../shared/http/sign-in-cookie.ts';

/** Begins a sign-in in the browser that sends this: the address to go to, and the cookie that ties both together. */
export async function authorizeConnection(
  { broker, settings }: Pick<ApiServices, 'broker' | 'settings'>,
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { purpose, ...whom } = await readBody(request, authorizeBody);
  const parts = await broker();
  const { value: connection } = await connectionOf(parts.connections, request);
  const { id } = connection;
  log.info('a sign-in begins', { id, purpose, caller: callerName(caller), correlationId });
  const deps = { ...parts, publicUrl: settings.publicUrl };
  const { url, cookie } =
    purpose === 'adminConsent'
      ? await startAdminConsent(deps, { connection })
      : await startAuthorization(deps, {
          connection,
          state: await parts.connections.state(connection),
          ...startOfBody(whom),
        });
  return { jsonBody: { url }, cookies: [signInCookie(cookie)] };
}

function startOfBody({
  expected,
  anybody,
  loginHint,
}: Omit<z.output<typeof authorizeBody>, 'purpose'>): {
  expected?: ExpectedUser | 'anybody';
  loginHint?: string;
} {
  const whom =
    expected === undefined ? ('anybody' as const) : { ...expected, issuer: null, subject: null };
  return {
    ...(anybody || expected !== undefined ? { expected: whom } : {}),
    ...(loginHint === undefined ? {} : { loginHint }),
  };
}

app.http('authorizeConnection', {
  ...bindingOf('authorizeConnection'),
  handler: http(authorizeConnection, 'authorizeConnection'),
});
