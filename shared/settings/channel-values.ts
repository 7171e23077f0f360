import { z } from 'zod';
import { isUnresolved, UNRESOLVED } from './unresolved-reference.ts';

/** A Teams workflow; its URL is a secret, since `sig` is all that it asks for. */
export interface TeamsSettings {
  url: string;
  /** True for the hosts of old workflows, whose addresses were switched off on 30 November 2025. */
  isRetired: boolean;
}

const httpsUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url;
  context.addIssue(isUnresolved(text) ? UNRESOLVED : 'It is not an https address.');
  return z.NEVER;
});

/** KEYTURN_TEAMS_WEBHOOK_URL: any https address with a `sig`, but none of the connectors that Microsoft switched off. */
export const teamsWebhookUrl = httpsUrl.transform((url, context): TeamsSettings => {
  const host = url.hostname.toLowerCase();
  if (LEGACY_CONNECTOR.test(host))
    context.addIssue('It is an Office 365 connector, which Microsoft has switched off.');
  else if ((url.searchParams.get('sig') ?? '') === '')
    context.addIssue('It has no sig parameter, so it was not copied whole.');
  return { url: url.href, isRetired: RETIRED_WORKFLOW.test(host) };
});

/** KEYTURN_WEBHOOK_URL. */
export const webhookUrl = httpsUrl.transform((url) => url.href);

/** KEYTURN_WEBHOOK_SECRETS: Standard Webhooks, "Signature scheme": `whsec_` and the base64 of 24 to 64 bytes. */
export const webhookSecrets = z.string().transform((text, context) => {
  const secrets = [...new Set(text.split(',').map((part) => part.trim()))].filter(Boolean);
  if (secrets.length > 0 && secrets.every(isSecret)) return secrets;
  context.addIssue(
    isUnresolved(text)
      ? UNRESOLVED
      : 'It holds something that is not whsec_ and 24 to 64 bytes in base64.',
  );
  return z.NEVER;
});

/** Microsoft 365 Developer Blog, "Retirement of Office 365 connectors within Microsoft Teams". */
const LEGACY_CONNECTOR = /(^|\.)webhook\.office(365)?\.(com|us)$|^outlook\.office(365)?\.com$/;
/** The same blog: workflow addresses on logic.azure.com moved to api.powerplatform.com by 30 November 2025. */
const RETIRED_WORKFLOW = /(^|\.)logic\.azure\.com$/;

function isSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return false;
  const { length } = Buffer.from(encoded, 'base64');
  return length >= 24 && length <= 64;
}
