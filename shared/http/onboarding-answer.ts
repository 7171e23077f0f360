import type { z } from 'zod';
import { displayText } from '../display-text.ts';
import type { OnboardingAsked } from '../tenants/onboard-tenant.ts';
import type { connectAnswer } from './connect-answer.ts';

/** What the holder of a link for a tenant is told: what is asked, by whom, and what Keyturn will and will not read. */
export function toOnboardingAnswer(
  { tenant, link }: OnboardingAsked,
  publicUrl: string,
): z.output<typeof connectAnswer> {
  const { tenantId, displayName } = tenant;
  return {
    connect: {
      id: tenantId,
      purpose: 'onboarding',
      title: new URL(publicUrl).host,
      service:
        'reading when secrets and certificates end, who owns them, and the name of your organisation; never a secret itself',
      organisation:
        displayName === null ? tenantId : `${displayText(displayName, 120)} (${tenantId})`,
      account: null,
      lastTime: null,
      endsAt: link.endsAt,
    },
    choices: [
      {
        choice: 'adminConsent',
        label: 'I am an administrator: go to the page of Microsoft',
        says: 'Microsoft Entra shows which permissions are asked for, and asks you to agree for your whole organisation. Check there that it is your organisation. You can withdraw it at any time under Enterprise applications.',
      },
    ],
  };
}
