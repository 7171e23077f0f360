import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import type { ApiServices } from '../shared/http/api-services.ts';
import type { Call } from '../shared/http/create-http.ts';
import { http } from '../shared/http/handler.ts';
import { readBody } from '../shared/http/request-body.ts';
import { bindingOf } from '../shared/http/routes.ts';
import { createKeyBody } from '../shared/http/schemas.ts';

/** Creates an admin or reader key. Its value is in this answer and nowhere else. */
export async function createKey(
  { announceMasterKey, clock, keys }: Pick<ApiServices, 'announceMasterKey' | 'clock' | 'keys'>,
  request: HttpRequest,
  { correlationId, log }: Call,
): Promise<HttpResponseInit> {
  const { role, name, expiresAt } = await readBody(request, createKeyBody);
  // Security rule 29: written before acting. Whoever called holds the master key of the host, which has no name.
  log.info('a key is being created', { role, name, caller: 'host master key', correlationId });
  const end = expiresAt === undefined ? undefined : new Date(expiresAt);
  const isAnother = role === 'admin' && (await hasAdmin(keys, clock.now()));
  const created = await keys.create({ role, name, expiresAt: end });
  if (isAnother) await announceMasterKey(name);
  return {
    status: 201,
    jsonBody: { name, key: created.key, expiresAt: created.expiresAt.toISOString() },
  };
}

/** The first key is no news. Another one, while there is a valid one, is what an intruder would make. */
async function hasAdmin(keys: Pick<ApiServices['keys'], 'list'>, now: Date): Promise<boolean> {
  return (await keys.list()).some(({ role, expiresAt }) => role === 'admin' && expiresAt > now);
}

app.http('createKey', { ...bindingOf('createKey'), handler: http(createKey, 'createKey') });
