import type { Cookie } from '@azure/functions';
import type { SignInCookie } from '../broker/begin-authorization.ts';

/**
 * The cookie that ties a sign-in to one browser. SameSite=None: the provider's page posts the answer from another site
 * (facts, bug 41).
 */
export function signInCookie({ name, value, maxAgeSeconds }: SignInCookie): Cookie {
  return {
    name,
    value,
    maxAge: maxAgeSeconds,
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'None',
  };
}
