import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { AppError } from '../errors.ts';
import type { Egress } from '../egress.ts';
import { isTokenError, readTokenError, type TokenError } from './token-error.ts';

interface Oauth2NetworkDeps {
  egress: Egress;
  timeoutMs: number;
  /** False where an id token is of no use, so that it cannot do harm either. */
  keepsIdToken: boolean;
}

interface Oauth2Network {
  fetch: CustomFetch;
  /** Why there is no token, once openid-client has thrown; null where the provider did not refuse. */
  refusal(): TokenError | null;
  /** The answer with a token, member by member; null before it came. */
  received(): Record<string, unknown> | null;
}

/**
 * openid-client's network for one call, over our own egress: raw refusals are read before the library shortens them, and
 * an answer that only differs in its form (no token type, another content type) is put right.
 */
export function oauth2Network({
  egress,
  timeoutMs,
  keepsIdToken,
}: Oauth2NetworkDeps): Oauth2Network {
  let body: Record<string, unknown> | null = null;
  let refusal: TokenError | null = null;
  let fault: AppError | null = null;

  const refuse = (answer: TokenError): Error => {
    refusal = answer;
    return new Error(answer.title);
  };
  const send = async (url: string, { method, headers, body: sent }: CustomFetchOptions) => {
    const isPost = method === 'POST';
    try {
      return await egress({
        url,
        headers,
        ...(isPost ? { method: 'POST', body: formOf(sent) } : {}),
        timeoutMs,
        maxBytes: 262_144,
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'service_unreachable')
        throw refuse(readTokenError({ httpStatus: null, body: '', retryAfter: null }));
      fault = error;
      throw error;
    }
  };

  return {
    fetch: async (url, options) => {
      const { status, headers, text } = await send(url, options);
      const retryAfter = headers['retry-after'] ?? null;
      // The provider's published keys.
      if (options.method !== 'POST') {
        if (status === 200) return json(text);
        throw refuse(readTokenError({ httpStatus: status, body: '', retryAfter }));
      }
      if (isTokenError(status, text))
        throw refuse(readTokenError({ httpStatus: status, body: text, retryAfter }));
      body = JSON.parse(text) as Record<string, unknown>;
      const { access_token, token_type = 'Bearer', id_token } = body;
      return json(JSON.stringify({ access_token, token_type, ...(keepsIdToken && { id_token }) }));
    },
    refusal: () => {
      // What egress refuses outright is a fault of ours, whatever the library made of it.
      if (fault !== null) throw fault;
      return refusal;
    },
    received: () => body,
  };
}

function json(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}

function formOf(body: CustomFetchOptions['body']): string {
  return body instanceof URLSearchParams ? body.toString() : String(body ?? '');
}
