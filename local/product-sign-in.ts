import { callProduct } from './product-client.ts';

export interface SigningIn {
  /** Address of Keyturn. */
  url: string;
  cloudUrl: string;
  adminKey: string;
}

/**
 * Signs somebody in for a connection as a browser does it, over HTTP alone: begins it, opens the emulated Entra's page
 * (which `POST /_control/sign-in` has answered beforehand), sends the form back with the cookie. Gives the result that
 * the last page is about. Throws when a step is refused.
 */
export async function signIn(
  { url, cloudUrl, adminKey }: SigningIn,
  id: string,
  userPrincipalName: string,
): Promise<string> {
  const started = await callProduct('POST', `${url}/api/connections/${id}/authorize`, {
    headers: { 'x-keyturn-key': adminKey },
    body: {},
  });
  const cookie = started.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
  await callProduct('POST', `${cloudUrl}/_control/sign-in`, {
    body: { userPrincipalName, consent: true },
  });
  const page = await callProduct('GET', String(started.body['url']));
  const { action, fields } = formOf(page.text);
  const back = await callProduct('POST', action, {
    headers: { cookie: cookie.join('; ') },
    body: fields,
    expected: [303],
  });
  return new URL(back.headers.get('location') ?? '', url).searchParams.get('result') ?? '';
}

/** The form of a page, as a browser reads it. */
export function formOf(page: string): { action: string; fields: URLSearchParams } {
  const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
  if (action === undefined) throw new Error(`the sign-in page answered without a form: ${page}`);
  const inputs = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  const fields = [...inputs].map(([, name = '', value = '']): [string, string] => [
    decoded(name),
    decoded(value),
  ]);
  return { action: decoded(action), fields: new URLSearchParams(fields) };
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
