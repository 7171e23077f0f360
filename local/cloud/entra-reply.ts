import { randomUUID } from 'node:crypto';
import type { Reply } from './entra-authorize-request.ts';
import { entraErrorBody, type EntraFault } from './entra-error.ts';
import { formPostPage } from './entra-page.ts';

/** Sends an authorization response to the client in the mode that it asked for, with the state that it sent. */
export function replyWith(reply: Reply, fields: [string, string][]): Response {
  const all: [string, string][] = [
    ...fields,
    ...(reply.state === null ? [] : [['state', reply.state] as [string, string]]),
  ];
  if (reply.mode === 'form_post') return formPostPage(reply.redirectUri, all);
  const text = new URLSearchParams(all).toString();
  return new Response(null, {
    status: 302,
    headers: { location: located(reply, text), 'cache-control': 'no-store, no-cache' },
  });
}

/** An error answer to the client (RFC 6749 §4.1.2.1 with Entra's text). */
export function replyWithFault(reply: Reply, fault: EntraFault, now: Date): Response {
  return replyWith(reply, faultFields(fault, now));
}

/** The parameters that tell a client of a fault. */
export function faultFields(fault: EntraFault, now: Date): [string, string][] {
  const body = entraErrorBody(fault, now);
  return [
    ['error', fault.word],
    ['error_description', String(body['error_description'])],
    ...(fault.number === 65004 ? [['error_subcode', 'cancel'] as [string, string]] : []),
    ['error_uri', String(body['error_uri'])],
  ];
}

/** The answer with a code. */
export function replyWithCode(reply: Reply, code: string): Response {
  return replyWith(reply, [
    ['code', code],
    ['session_state', randomUUID()],
  ]);
}

function located({ redirectUri, mode }: Reply, text: string): string {
  if (mode === 'fragment') return `${redirectUri}#${text}`;
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${text}`;
}
