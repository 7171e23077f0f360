import { fakeIo, type FakeIo } from './fake-io.ts';

/** A key in the full format that opens nothing. */
export const KEY = `kt_admin_laptop_${'A'.repeat(43)}`;

export interface Answer {
  status?: number;
  /** An object is answered as JSON. */
  body: unknown;
  etag?: string;
}

/** What a command sent. */
export interface SentCall {
  url: string;
  method: string;
  body: unknown;
  key: string | null;
  redirect: string | undefined;
  ifMatch: string | null;
  ifNoneMatch: string | null;
}

type Serve = (call: SentCall) => Answer | Promise<Answer>;

/** A process whose environment names an installation that answers like this. */
export function fakeInstallation(
  serve: Serve,
  env: Record<string, string> = { KEYTURN_URL: 'https://keyturn.example', KEYTURN_KEY: KEY },
): { io: FakeIo; calls: SentCall[] } {
  const calls: SentCall[] = [];
  const io = fakeIo({
    env,
    fetch: async (url, { method = 'GET', body, headers, redirect }) => {
      const call: SentCall = {
        url,
        method,
        body: typeof body === 'string' ? JSON.parse(body) : undefined,
        key: new Headers(headers).get('x-keyturn-key'),
        redirect,
        ifMatch: new Headers(headers).get('if-match'),
        ifNoneMatch: new Headers(headers).get('if-none-match'),
      };
      calls.push(call);
      const answer = await serve(call);
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      return new Response(text, {
        status: answer.status ?? 200,
        ...(answer.etag === undefined ? {} : { headers: { etag: answer.etag } }),
      });
    },
  });
  return { io, calls };
}
