import type { AuthorizationResult } from './authorization-request.ts';
import { readTokenError, type TokenError } from './token-error.ts';

/** What the sign-in page's own refusal means (RFC 6749 §4.1.2.1). Its text is read, never shown. */
export function resultOfError({
  error,
  errorDescription,
}: {
  error: string | null;
  errorDescription: string | null;
}): AuthorizationResult {
  const text = `${error ?? ''} ${errorDescription ?? ''}`;
  const isDeclined = error === 'access_denied' && !/AADSTS\d/.test(text);
  if (isDeclined || /AADSTS65004\b/.test(text)) return 'declined';
  if (CONSENT.test(text)) return 'needsConsent';
  return resultOfTokenError(
    readTokenError({
      httpStatus: 400,
      body: JSON.stringify({ error, error_description: errorDescription }),
      retryAfter: null,
    }),
  );
}

/** An administrator of the tenant has to agree to what the application asks for (facts 2.5); a policy is another matter. */
const CONSENT = /AADSTS(65001|90094|90095|90008)\b|consent_required/;

/** What a refused code means to whoever signed in. */
export function resultOfTokenError({
  status,
  code,
}: Pick<TokenError, 'status' | 'code'>): AuthorizationResult {
  if (code !== null && CONSENT.test(code)) return 'needsConsent';
  const results: Record<TokenError['status'], AuthorizationResult> = {
    appCredentialBroken: 'appCredentialBroken',
    reauthorizationRequired: 'tryAgain',
    adminActionRequired: 'needsAdmin',
    misconfigured: 'misconfigured',
    degraded: 'tryAgain',
  };
  return results[status];
}
