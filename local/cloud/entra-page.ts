import { randomBytes } from 'node:crypto';
import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** A page of the emulated Entra: works without scripts, at any width, and never pretends to be Microsoft. */
export function entraPage(title: string, content: Html, status = 200): Response {
  return pageResponse(document(title, content), { status, policy: POLICY });
}

/**
 * The answer of `response_mode=form_post` (OAuth 2.0 Form Post Response Mode): a form that sends itself, with a
 * button for browsers that run no scripts.
 */
export function formPostPage(action: string, fields: [string, string][]): Response {
  const nonce = randomBytes(16).toString('base64');
  const content = html`<p>You are signed in. Taking you back to the application…</p>
    <form id="answer" method="post" action="${action}">
      ${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <button class="main">Continue</button>
    </form>
    <script nonce="${nonce}">
      document.getElementById('answer').submit();
    </script>`;
  const policy = `${POLICY}; script-src 'nonce-${nonce}'`;
  return pageResponse(document('Working…', content), { status: 200, policy });
}

// No form-action: the answer goes to the application, wherever that is. A referrer of the origin alone keeps the
// query to itself and lets the form carry an Origin, as Entra's does.
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

async function pageText(page: Html): Promise<string> {
  return String(await page);
}

function pageResponse(
  page: Html,
  { status, policy }: { status: number; policy: string },
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode(await pageText(page)));
      controller.close();
    },
  });
  return new Response(body, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'origin',
      'cache-control': 'no-store, no-cache',
    },
  });
}

function document(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Local Entra</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <p class="brand">Local Entra <small>an emulator on this machine, not Microsoft</small></p>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}

const STYLE = `
:root {
  color-scheme: light dark;
}
* {
  box-sizing: border-box;
}
body {
  font:
    1rem/1.5 system-ui,
    sans-serif;
  margin: 0;
  padding: 1rem;
}
main {
  max-width: 30rem;
  margin: 1rem auto;
  overflow-wrap: anywhere;
}
.brand {
  font-weight: 600;
  margin: 0 0 1rem;
}
small,
.quiet {
  color: light-dark(#595959, #b0b0b0);
  font-weight: 400;
}
h1 {
  font-size: 1.4rem;
  margin: 0 0 0.5rem;
}
ul {
  padding: 0;
  list-style: none;
}
li {
  margin: 0 0 0.5rem;
}
dt {
  font-weight: 600;
}
dd {
  margin: 0 0 0.6rem;
}
button,
input[type='text'] {
  font: inherit;
  width: 100%;
  min-height: 2.75rem;
  padding: 0.5rem 0.8rem;
  border: 1px solid light-dark(#767676, #9a9a9a);
  border-radius: 0.3rem;
  text-align: left;
  overflow-wrap: anywhere;
}
button {
  cursor: pointer;
  background: light-dark(#f3f3f3, #2b2b2b);
  color: inherit;
}
button.main {
  background: light-dark(#0b57a4, #7db7f5);
  border-color: transparent;
  color: light-dark(#fff, #000);
}
button.main,
.row button {
  text-align: center;
}
button:focus-visible,
input:focus-visible {
  outline: 3px solid light-dark(#0b57a4, #7db7f5);
  outline-offset: 2px;
}
button span {
  display: block;
}
.row {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
}
.row button {
  flex: 1 1 8rem;
}
.error {
  border-left: 4px solid light-dark(#a4262c, #f1707b);
  padding-left: 0.8rem;
}
pre {
  white-space: pre-wrap;
  font-size: 0.85rem;
}
`;
