import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { AppError } from '../errors.ts';
import type { ApiServices } from './api-services.ts';
import { clientAddress } from './client-address.ts';
import type { Call } from './create-http.ts';
import { toOnboardingAnswer } from './onboarding-answer.ts';
import { signInCookie } from './sign-in-cookie.ts';

interface OnboardingServices {
  tenants: Pick<ApiServices['tenants'], 'look' | 'start'>;
  trail: Pick<ApiServices['trail'], 'act'>;
  settings: Pick<ApiServices['settings'], 'publicUrl'>;
}

/** A link that asks an administrator of a tenant to agree: the browser that sends this is the one that goes there. */
export async function actOnOnboarding(
  { tenants, trail, settings: { publicUrl } }: OnboardingServices,
  { headers }: Pick<HttpRequest, 'headers'>,
  {
    token,
    choice,
    correlationId,
    log,
  }: { token: string; choice: string } & Pick<Call, 'correlationId' | 'log'>,
): Promise<HttpResponseInit> {
  const asked = await tenants.look(token);
  const { tenantId } = asked.tenant;
  if (choice === 'look') {
    log.info('a link for a tenant was looked at', { tenantId, correlationId });
    return { jsonBody: toOnboardingAnswer(asked, publicUrl) };
  }
  if (choice !== 'adminConsent')
    throw new AppError('bad_request', 'This is not offered, or no longer; look again what is.');
  // Security rule 29: whoever holds the link acts in the name of the administrator who made it.
  await trail.act({
    route: 'actByLink',
    subject: { tenantId, choice },
    caller: `link for a tenant of ${asked.link.issuedBy}`,
    address: clientAddress(headers),
    correlationId,
  });
  const { url, cookie } = await tenants.start(token);
  log.info('an administrator goes to agree for a tenant', { tenantId, correlationId });
  return { jsonBody: { url }, cookies: [signInCookie(cookie)] };
}
