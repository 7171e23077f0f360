import type {
  AuthError,
  INetworkModule,
  NetworkRequestOptions,
  NetworkResponse,
} from '@azure/msal-node';
import type { Egress } from '../egress.ts';
import { AppError } from '../errors.ts';
import { isTokenError, readTokenError, type TokenError } from './token-error.ts';

interface TokenNetwork extends INetworkModule {
  /** The refusal behind an error that came out of MSAL; null for any other error. */
  refusalIn(error: unknown): TokenError | null;
  /** The answer with a token, member by member; null before it came. */
  received(): Record<string, unknown> | null;
}

interface TokenNetworkDeps {
  egress: Egress;
  timeoutMs: number;
  AuthError: typeof AuthError;
}

/**
 * MSAL's network for one call: with a timeout, with the raw answer kept, and with refusals raised before MSAL can hide
 * them, pause every other user of the application, or lose the refresh token (facts 2.10).
 */
export function tokenNetwork({
  egress,
  timeoutMs,
  AuthError: Refused,
}: TokenNetworkDeps): TokenNetwork {
  let body: Record<string, unknown> | null = null;
  let refusal: { thrown: Error; answer: TokenError } | null = null;

  // Of all errors MSAL lets its own kind pass untouched.
  const refuse = (answer: TokenError): Error => {
    const thrown = new Refused('keyturn_refused', '', answer.title);
    refusal = { thrown, answer };
    return thrown;
  };
  async function post<T>(
    url: string,
    options?: NetworkRequestOptions,
  ): Promise<NetworkResponse<T>> {
    const response = await sent(egress, { url, options, timeoutMs });
    if (response === null)
      throw refuse(readTokenError({ httpStatus: null, body: '', retryAfter: null }));
    const { status, headers, text } = response;
    const retryAfter = headers['retry-after'] ?? null;
    if (isTokenError(status, text))
      throw refuse(readTokenError({ httpStatus: status, body: text, retryAfter }));
    body = JSON.parse(text) as Record<string, unknown>;
    return { status, headers: {}, body: body as T };
  }

  return {
    sendPostRequestAsync: post,
    sendGetRequestAsync: () =>
      Promise.reject(new AppError('internal_error', 'MSAL wanted to look something up.')),
    refusalIn: (error) => (refusal?.thrown === error ? (refusal?.answer ?? null) : null),
    received: () => body,
  };
}

/** Null when nothing came back. What egress refuses outright is a fault of ours and goes on. */
async function sent(
  egress: Egress,
  {
    url,
    options,
    timeoutMs,
  }: { url: string; options: NetworkRequestOptions | undefined; timeoutMs: number },
): ReturnType<Egress> extends Promise<infer A> ? Promise<A | null> : never {
  try {
    return await egress({
      url,
      method: 'POST',
      headers: options?.headers ?? {},
      body: options?.body ?? '',
      timeoutMs,
      maxBytes: 262_144,
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'service_unreachable') return null;
    throw error;
  }
}
