import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { issueConnectLink } from '../shared/broker/issue-connect-link.ts';
import type { ApiServices } from '../shared/http/api-services.ts';
import { callerName } from '../shared/http/caller.ts';
import { connectionOf } from '../shared/http/connection-of.ts';
import { authorizeBody } from '../shared/http/connection-schemas.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Makes a link to send to whoever has to sign in for a connection. It is shown this once. */
export async function createConnectLink(
  {
    broker,
    settings,
  }: Pick<ApiServices, 'broker'> & {
    settings: Pick<ApiServices['settings'], 'publicUrl'>;
  },
  request: HttpRequest,
  { caller, correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { purpose, expected, anybody, loginHint } = await readBody(request, authorizeBody);
  const { connections, connectLinks } = await broker();
  const { value: connection } = await connectionOf(connections, request);
  const issuedBy = callerName(caller);
  log.info('a connect link is made', {
    id: connection.id,
    purpose,
    caller: issuedBy,
    correlationId,
  });
  const link = await issueConnectLink(
    { connections, connectLinks, publicUrl: settings.publicUrl },
    {
      connection,
      purpose,
      anybody,
      expected: expected === undefined ? null : { ...expected, issuer: null, subject: null },
      account: loginHint ?? null,
      issuedBy,
    },
  );
  return { status: 201, jsonBody: link };
}

app.http('createConnectLink', {
  ...bindingOf('createConnectLink'),
  handler: http(createConnectLink, 'createConnectLink'),
});
