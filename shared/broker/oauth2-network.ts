import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { AppError } from '../errors.ts';
import type { Egress } from '../egress.ts';
import {
  isTokenError,
  readTokenError,
  type TokenEndpointAnswer,
  type TokenError,
} from './token-error.ts';

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
export function oauth2Network(deps: Oauth2NetworkDeps): Oauth2Network {
  let body: Record<string, unknown> | null = null;
  let refusal: TokenError | null = null;
  let fault: unknown = null;

  const refuse = (answer: TokenEndpointAnswer): Error => {
    refusal = readTokenError(answer);
    return new Error(refusal.title);
  };
  const send = async (url: string, options: CustomFetchOptions) => {
    try {
      return await deps.egress(requestOf(deps, url, options));
    } catch (error) {
      if (error instanceof AppError && error.code === 'service_unreachable')
        throw refuse({ httpStatus: null, body: '', retryAfter: null });
      // The address stands in the connection's record, so this is for whoever wrote it.
      if (error instanceof AppError && error.code === 'egress_refused') refusal = notCalled(error);
      else fault = error;
      throw error;
    }
  };

  return {
    fetch: async (url, options) => {
      const { status, headers, text } = await send(url, options);
      const retryAfter = headers['retry-after'] ?? null;
      if (options.method !== 'POST') {
        // The provider's published keys.
        if (status === 200) return json(text);
        throw refuse({ httpStatus: status, body: '', retryAfter });
      }
      if (isTokenError(status, text)) throw refuse({ httpStatus: status, body: text, retryAfter });
      body = JSON.parse(text) as Record<string, unknown>;
      const { access_token, token_type = 'Bearer', id_token } = body;
      const kept = deps.keepsIdToken ? { id_token } : {};
      return json(JSON.stringify({ access_token, token_type, ...kept }));
    },
    refusal: () => {
      // A fault of ours stays one, whatever the library made of it.
      if (fault !== null) throw fault;
      return refusal;
    },
    received: () => body,
  };
}

function requestOf(
  { timeoutMs }: Oauth2NetworkDeps,
  url: string,
  { method, headers, body }: CustomFetchOptions,
): Parameters<Egress>[0] {
  const limits = { timeoutMs, maxBytes: 262_144 };
  if (method !== 'POST') return { url, headers, ...limits };
  // openid-client posts nothing but forms.
  const form = body instanceof URLSearchParams ? body.toString() : '';
  return { url, method: 'POST', headers, body: form, ...limits };
}

function notCalled({ message }: AppError): TokenError {
  return {
    status: 'misconfigured',
    code: null,
    title: 'The address of the provider is not one that may be called',
    nextAction: message,
    refusedClient: false,
    mayBePropagating: false,
    retryAfterSeconds: null,
    signInFrequencySeconds: null,
  };
}

function json(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}
