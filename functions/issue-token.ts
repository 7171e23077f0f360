import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { issueToken as issued } from '../shared/http/issue-token.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Hands the caller a fresh access token for one connection. Never returns a refresh token. */
export async function issueToken(
  services: Pick<
    ApiServices,
    'broker' | 'callerTokens' | 'clock' | 'keys' | 'limit' | 'settings' | 'trail'
  >,
  request: HttpRequest,
  call: Call,
): Promise<HttpResponseInit> {
  return issued(
    { ...services, log: call.log, noteRead: (read) => services.trail.noteRead(read) },
    request,
    call,
  );
}

app.http('issueToken', { ...bindingOf('issueToken'), handler: http(issueToken, 'issueToken') });
