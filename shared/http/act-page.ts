import { createHash } from 'node:crypto';
import { ACT_SCRIPT } from './act-page-script.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #f3f4f6; --card: #fff; --line: #d9dde3; --blue: #0b57d0; --on-blue: #fff; --bad: #b42318; --good: #1a6b34; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6ea; --soft: #a5abb4; --paper: #17181b; --card: #212329; --line: #3a3e46; --blue: #8ab4f8; --on-blue: #10131a; --bad: #ff9d92; --good: #7fd69a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, 'Segoe UI', sans-serif; overflow-wrap: anywhere; }
main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
.brand { margin: 0 0 1rem; color: var(--soft); font-size: .9rem; }
h1 { margin: 0; font-size: 1.45rem; line-height: 1.3; }
.when { margin: .25rem 0 1rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); } dd { margin: 0; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.1rem; }
ul { margin: 0; padding-left: 1.2rem; }
details { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 .5rem; }
summary { padding: .8rem 1rem; font-weight: 600; cursor: pointer; }
form { padding: 0 1rem 1rem; }
form p { margin: 0 0 .75rem; color: var(--soft); }
label { display: block; margin: 0 0 .75rem; }
label.tick { display: flex; gap: .6rem; align-items: baseline; margin: 0 0 .5rem; }
input:not([type=checkbox]), textarea { display: block; width: 100%; margin-top: .25rem; padding: .55rem .6rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 6px; }
input[type=date] { max-width: 14rem; }
button { min-height: 44px; padding: .55rem 1.1rem; font: inherit; font-weight: 600; color: var(--on-blue); background: var(--blue); border: 0; border-radius: 6px; cursor: pointer; }
button:disabled { opacity: .6; cursor: default; }
.go { margin: 0 0 1.25rem; } .go p { margin: .5rem 0 0; color: var(--soft); }
.go button { width: 100%; } .go button.second { color: var(--blue); background: none; border: 1px solid var(--blue); }
.last { padding: .6rem .8rem; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--blue); border-radius: 6px; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
#state { margin: 0 0 1rem; } #state:empty { display: none; }
#state.bad, #state.good { padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line); border-left: 4px solid; border-radius: 6px; }
#state.bad { border-left-color: var(--bad); } #state.good { border-left-color: var(--good); }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; }
`;

/**
 * The page behind the links in mails: a shell without data (security rule 6). Its script takes the token out of the
 * fragment, which no browser sends, and asks for the rest.
 */
export const ACT_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Keyturn</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="brand">Keyturn</p>
<p id="state" role="status">Looking …</p>
<div id="content"></div>
<noscript><p>This page needs JavaScript. What the mail says can be done without it.</p></noscript>
<footer>Keyturn never asks for a secret, a password or a code, here or by mail. Opening this page changes nothing. Rather no link? Tell whoever runs Keyturn in your organisation.</footer>
</main>
<script>${ACT_SCRIPT}</script>
</body>
</html>
`;

/** Only this page's own script and style count, it may ask this origin alone, and nothing may frame it. */
export const ACT_PAGE_POLICY = [
  `default-src 'none'`,
  `script-src '${hashed(ACT_SCRIPT)}'`,
  `style-src '${hashed(STYLE)}'`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

function hashed(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
