import { app, type HttpResponseInit } from '@azure/functions';
import { ACT_PAGE, ACT_PAGE_POLICY } from '../shared/http/act-page.ts';
import { http } from '../shared/http/handler.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** The page behind the links in mails. It shows nothing by itself, so whoever scans links in mails does nothing. */
export function actPage(): HttpResponseInit {
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': ACT_PAGE_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: ACT_PAGE,
  };
}

app.http('actPage', { ...bindingOf('actPage'), handler: http(actPage, 'actPage') });
