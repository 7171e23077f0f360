import { app, type HttpResponseInit } from '@azure/functions';
import { http } from '../shared/http/handler.ts';
import { HOME_PAGE, HOME_PAGE_POLICY } from '../shared/http/home-page.ts';
import { bindingOf } from '../shared/http/routes.ts';

/** The start page, without data. */
export function home(): HttpResponseInit {
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': HOME_PAGE_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: HOME_PAGE,
  };
}

app.http('home', { ...bindingOf('home'), handler: http(home, 'home') });
