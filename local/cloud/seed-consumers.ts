import { installation } from './installation.ts';
import { seedAppId } from './seed-apis.ts';
import { stableId } from './stable-id.ts';

/** The places in SmartConnect that hold the story's secrets, as bodies of `PUT /api/consumers/{id}`. */
export const seedConsumers: Record<string, Record<string, unknown>> = {
  'smartconnect-bc-prod': smartConnect('BC Prod', {
    application: 'SmartConnect BC Prod',
    keyId: stableId('secret', 'SmartConnect production', -672, '58'),
  }),
  'smartconnect-bc-sandbox': smartConnect('BC Sandbox', {
    application: 'SmartConnect BC Sandbox',
    keyId: stableId('secret', 'SmartConnect sandbox', -200, '165'),
  }),
};

function smartConnect(
  name: string,
  { application, keyId }: { application: string; keyId: string },
): Record<string, unknown> {
  return {
    tenantId: installation.tenantId,
    appId: seedAppId(application),
    system: 'SmartConnect',
    name,
    contact: `erp@${installation.verifiedDomain}`,
    keyId,
  };
}
