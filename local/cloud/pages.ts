import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { Mail, World } from './world.ts';

type Html = ReturnType<typeof html>;

/**
 * The pages of the cloud port for a person with a browser: what there is, the inbox, one mail. No script at all;
 * everything that came in from outside is text, and a mail's own HTML stays in a frame without rights.
 */
export function pages(world: World): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('content-security-policy', PAGE_POLICY);
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
    c.header('cache-control', 'no-store');
  });
  app.get('/', (c) => c.html(page('Local cloud', home(world))));
  app.get('/inbox', (c) => c.html(page('Inbox', inbox(world.mail))));
  app.get('/inbox/:number', (c) => {
    const mail = world.mail[Number(c.req.param('number')) - 1];
    if (mail === undefined) {
      return c.html(page('No such mail', html`<p><a href="/inbox">Back to the inbox</a></p>`), 404);
    }
    return c.html(page(mail.subject, oneMail(mail)));
  });
  return app;
}

/** The frame of a mail inherits this: nothing is loaded from anywhere and nothing runs. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function page(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Keyturn local cloud</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <nav><a href="/">Local cloud</a> · <a href="/inbox">Inbox</a></nav>
        <main>
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
body {
  font:
    1rem/1.5 system-ui,
    sans-serif;
  max-width: 52rem;
  margin: 0 auto;
  padding: 1rem;
}
h1 {
  font-size: 1.4rem;
  overflow-wrap: anywhere;
}
ul {
  padding: 0;
  list-style: none;
}
li {
  padding: 0.6rem 0;
  border-bottom: 1px solid #8884;
  overflow-wrap: anywhere;
}
small,
dt {
  color: #767676;
}
dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 0.2rem 1rem;
}
dd {
  margin: 0;
  overflow-wrap: anywhere;
}
iframe {
  width: 100%;
  height: 70vh;
  border: 1px solid #8886;
  background: #fff;
}
pre {
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  border: 1px solid #8886;
  padding: 0.8rem;
}
`;

function home(world: World): Html {
  const links: [string, string][] = [
    ['/inbox', `Inbox: ${world.mail.length} mails`],
    ['/_control/keys', 'Keys of this installation'],
    ['/_control/requests', 'Requests that the product sent'],
    ['/_control/mail', 'Mails as JSON'],
    ['/_control/cards', `Teams cards: ${world.cards.length}`],
    ['/_control/webhooks', `Webhook calls: ${world.webhooks.length}`],
    ['/_control/vault', 'Secrets in the vaults, without their values'],
  ];
  return html`<p>
      It is ${world.now().toISOString()} here. Every emulated host answers under
      <code>/{hostname}/…</code> on this port.
    </p>
    <ul>
      ${links.map(([href, text]) => html`<li><a href="${href}">${text}</a></li>`)}
    </ul>`;
}

function inbox(mails: Mail[]): Html {
  if (mails.length === 0) {
    return html`<p>No mail yet. Run a check, then reload this page.</p>`;
  }
  const newestFirst = mails.map((mail, index) => ({ mail, number: index + 1 })).reverse();
  return html`<ul>
    ${newestFirst.map(
      ({ mail, number }) =>
        html`<li>
          <a href="/inbox/${number}">${mail.subject || '(no subject)'}</a><br />
          <small>to ${recipientsOf(mail).join(', ')} · ${mail.at}</small>
        </li>`,
    )}
  </ul>`;
}

function recipientsOf(mail: Mail): string[] {
  return [...mail.to, ...mail.cc, ...mail.bcc];
}

function oneMail(mail: Mail): Html {
  return html`<dl>
      <dt>From</dt>
      <dd>${mail.from}</dd>
      <dt>To</dt>
      <dd>${mail.to.join(', ')}</dd>
      ${
        mail.cc.length > 0
          ? html`<dt>Cc</dt>
              <dd>${mail.cc.join(', ')}</dd>`
          : ''
      }
      <dt>At</dt>
      <dd>${mail.at}</dd>
    </dl>
    ${mail.html === '' ? '' : mailFrame(mail)}
    <h2>As text</h2>
    <pre>${mail.text === '' ? '(none)' : mail.text}</pre>
    ${mail.attachments.map(
      (attachment) =>
        html`<h2>${attachment.name || 'Attachment'} <small>${attachment.type}</small></h2>
          <pre>${attachment.text}</pre>`,
    )}`;
}

/** Links may open a new tab, which is all that a mail needs; scripts, forms and the page around it stay out of reach. */
function mailFrame(mail: Mail): Html {
  const content = `<base target="_blank">${mail.html}`;
  return html`<iframe
    title="The mail as a mail program shows it"
    sandbox="allow-popups allow-popups-to-escape-sandbox"
    srcdoc="${content}"
  ></iframe>`;
}
