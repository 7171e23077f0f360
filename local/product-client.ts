/** An answer of the product or of the local cloud, its body read as JSON where it is. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** An empty object for a body that is no JSON object. */
  body: Record<string, unknown>;
}

interface Sent {
  headers?: Record<string, string>;
  /** An object is sent as JSON, a form as a form. */
  body?: Record<string, unknown> | URLSearchParams | undefined;
  /** Statuses that are no failure; 200 unless given. */
  expected?: number[];
}

/**
 * One call to an HTTP interface of the local installation, redirects not followed. Throws with what was answered when
 * the status is none of the expected ones.
 */
export async function callProduct(
  method: string,
  url: string,
  { headers = {}, body, expected = [200] }: Sent = {},
): Promise<Answered> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers:
      body === undefined || isForm ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status } = response;
  if (!expected.includes(status))
    throw new Error(`${method} ${new URL(url).pathname} answered ${status}: ${text}`);
  return { status, headers: response.headers, text, body: objectOf(text) };
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
