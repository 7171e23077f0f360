import { app, type HttpResponseInit } from '@azure/functions';
import { alwaysOpen } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** Says that the process answers. The age of the checks is not asked here: routing must not follow it (rule 31). */
export function live(): HttpResponseInit {
  return { jsonBody: { status: 'live' } };
}

app.http('live', { ...bindingOf('live'), handler: alwaysOpen(live, 'live') });
