import { createHash } from 'node:crypto';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color:#1b1b1f}' +
  'a{color:#0b57d0}h1{font-size:1.5rem}@media(prefers-color-scheme:dark){body{background:#1b1b1f;color:#e6e6ea}a{color:#8ab4f8}}';

/** The start page: a shell without data (security rule 6). Whoever may see more fetches it with a key or a token. */
export const HOME_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyturn</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Keyturn</h1>
<p>Watches when application secrets end, and warns the people who can replace them.</p>
<ul>
<li><a href="/api/health">Health</a>: whether the last checks succeeded</li>
<li><a href="/api/openapi.json">API</a>: what can be asked, as an OpenAPI document</li>
</ul>
<p>Keyturn never asks for a secret in a mail.</p>
</body>
</html>
`;

/** Nothing may run, load or frame; only the page's own style counts. */
export const HOME_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256')
  .update(STYLE)
  .digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
