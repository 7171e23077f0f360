import type { HttpResponseInit } from '@azure/functions';

/** What the browser shows after a sign-in: fixed words by result, nothing of what came back. */
export const PAGES: Record<string, { title: string; text: string }> = {
  connected: {
    title: 'Connected',
    text: 'The sign-in worked, and the connection works with it from now on. You can close this window.',
  },
  pendingApproval: {
    title: 'Thank you: one more step',
    text: 'The sign-in worked. An administrator of Keyturn now has to approve the account before the connection uses it. You can close this window.',
  },
  declined: {
    title: 'Nothing was changed',
    text: 'You declined. To connect, begin again and choose Accept.',
  },
  needsConsent: {
    title: 'An administrator has to agree first',
    text: 'You did everything right. In your organisation an administrator of Microsoft Entra ID decides what applications may do. Where you came from a link, open it once more: an administrator can agree there, and then you sign in. Otherwise ask an administrator of Keyturn, who can send your administrator a link.',
  },
  consented: {
    title: 'Thank you: continue with the sign-in',
    text: 'Microsoft says that this was answered. Whether it is enough shows with the next sign-in: whoever signs in for the connection can do so now, with the link that they have. You can close this window.',
  },
  tenantWatched: {
    title: 'Thank you: your secrets are watched',
    text: 'Keyturn could read when the secrets and certificates of your organisation end, and does so every night from now on. It never reads a secret itself. You can close this window.',
  },
  tenantAgreed: {
    title: 'Thank you: one more moment',
    text: 'Microsoft says that this was answered. Permissions take some minutes to count; Keyturn looks every few minutes for a day, and begins as soon as it is let in. You can close this window.',
  },
  needsAdmin: {
    title: 'A rule of your organisation stopped this',
    text: 'Signing in once more will not help. An administrator of Microsoft Entra ID finds in the sign-in log which policy it was, or why the account may not use the application; begin again when that is settled.',
  },
  wrongAccount: {
    title: 'This was another account',
    text: 'The connection expects the account that signed in before. Begin again in a private window and choose that account, or ask an administrator of Keyturn to let the connection change hands.',
  },
  wrongTenant: {
    title: 'This account belongs to another organisation',
    text: 'Begin again in a private window with an account of the organisation that the connection belongs to.',
  },
  noRefreshToken: {
    title: 'The sign-in would end within the hour',
    text: 'The provider gave no refresh token. An administrator of Keyturn has to add the scope offline_access, or what the provider calls it.',
  },
  appCredentialBroken: {
    title: 'The application’s secret is not accepted',
    text: 'You did everything right. An administrator of Keyturn has to create a new client secret, enter its Value in Keyturn, and ask you again.',
  },
  misconfigured: {
    title: 'The connection is set up wrongly',
    text: 'You did everything right. An administrator of Keyturn has to correct tenant, application or scopes and ask you again.',
  },
  tryAgain: {
    title: 'That did not work this time',
    text: 'Begin again from the link or the page where you began.',
  },
  expired: {
    title: 'This took longer than half an hour',
    text: 'Begin again from the link or the page where you began.',
  },
  trouble: {
    title: 'Keyturn could not finish this',
    text: 'Something that it needs does not answer just now. Reload this page in a minute; if that does not help, begin again from the link or the page where you began. Nothing that worked before was changed.',
  },
  unknown: {
    title: 'This sign-in is not known here',
    text: 'It was begun in another browser, or it is long over. Begin again from the link or the page where you began.',
  },
};

/** While storage, the vault or Keyturn itself has trouble. It is shown in place, so that a reload tries again. */
export function troublePage(): HttpResponseInit {
  return { ...callbackPage('trouble'), status: 503 };
}

/** The page for a result; any other word is "not known here". */
export function callbackPage(result: string): HttpResponseInit {
  const page = Object.hasOwn(PAGES, result) ? PAGES[result] : PAGES['unknown'];
  const { title, text } = page ?? { title: '', text: '' };
  return {
    status: result === 'unknown' || page === PAGES['unknown'] ? 400 : 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    },
    body: `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Keyturn</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.25rem;color:#1c2430;background:#fff}h1{font-size:1.5rem}
@media(prefers-color-scheme:dark){body{color:#e8ecf2;background:#12161c}}</style>
<h1>${title}</h1><p>${text}</p></html>
`,
  };
}
