export type DataverseUrlResult =
  | { ok: true; origin: string }
  /** What was entered instead, and what to enter. */
  | { ok: false; detail: string };

/** Organisations of Dynamics 365 and Power Apps, per cloud: `{org}.crm4.dynamics.com`, `{org}.api.crm.dynamics.com`. */
const HOST =
  /^[a-z\d]([a-z\d-]*[a-z\d])?(\.api)?\.(crm\d{0,2}\.dynamics\.com|crm\.microsoftdynamics\.us|crm9\.dynamics\.com|crm\.appsplatform\.us|crm\.dynamics\.cn)$/;
const EXAMPLE = 'Enter it like https://contoso.crm4.dynamics.com';

/**
 * Reads the address of a Dataverse organisation as people paste it, with or without a path behind it. The token's
 * resource is the origin alone: a path in it is the usual cause of AADSTS500011 (facts 3.6).
 */
export function readDataverseUrl(text: string): DataverseUrlResult {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) return { ok: false, detail: `This is not a URL. ${EXAMPLE}` };
  const url = new URL(trimmed);
  if (url.protocol !== 'https:')
    return { ok: false, detail: `The address begins with https://. ${EXAMPLE}` };
  if (url.username !== '' || url.password !== '' || url.port !== '')
    return { ok: false, detail: `It carries a user name or a port. ${EXAMPLE}` };
  if (HOST.test(url.hostname))
    return { ok: true, origin: `https://${url.hostname.replace('.api.', '.')}` };
  return {
    ok: false,
    detail: `${url.hostname} is not the address of a Dataverse organisation. ${EXAMPLE}`,
  };
}
