/** Names that anyone may give an application: other scripts, markup of every sink, invisible characters, length. */
export const HOSTILE_NAMES: readonly string[] = [
  'Δοκιμή 試験 اختبار',
  'é"'.repeat(40),
  '🔑👩‍👩‍👧‍👦 Schlüsselübergabe für Größenänderung ß',
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '[Sign in here](https://evil.example/login) **now**',
  '<at>everyone</at> @{triggerBody()} ${secret} {{DATE(2026-11-25T00:00:00Z,SHORT)}}',
  '\u202Egnp.exe\u202C \u200Bhidden\u0007 line\u2028break\r\nSubject: other',
  'https://evil.example/?a=b&c=d',
  '=HYPERLINK("https://evil.example")',
  "'; DROP TABLE findings; --",
  '\\\\server\\share "quoted" \\n\\t',
  `${'ｗ'.repeat(200)} end`,
  'plain application',
];
