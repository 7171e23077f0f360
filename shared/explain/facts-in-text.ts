import { API_RULES } from '../credentials/likely-consumer-rules.ts';
import { displayText } from '../display-text.ts';
import { redact } from '../redact.ts';

/** What an error text names, as it stands there: ids need not be GUIDs, since people and documents mask them. */
export interface TextFacts {
  applicationId: string | null;
  applicationName: string | null;
  tenant: string | null;
  resource: string | null;
  account: string | null;
  redirectUri: string | null;
  policies: string | null;
  issuedAt: string | null;
  validFrom: string | null;
  algorithm: string | null;
  identity: string | null;
  action: string | null;
  vault: string | null;
  vaultItem: string | null;
  correlationId: string | null;
  traceId: string | null;
  at: string | null;
}

/** Finds what an error names, over the flattened text. Every value is safe to print: one line, no secrets, capped. */
export function factsIn(flat: string): TextFacts {
  const first = (name: keyof TextFacts): string | null => {
    for (const pattern of PATTERNS[name]) {
      const found = shown(pattern.exec(flat)?.[1] ?? '');
      if (found !== null) return found;
    }
    return null;
  };
  const resource = first('resource');
  return {
    applicationId: first('applicationId'),
    applicationName: first('applicationName'),
    tenant: first('tenant'),
    resource: resource === null ? null : withApiName(resource),
    account: first('account'),
    redirectUri: first('redirectUri'),
    policies: policiesIn(flat),
    issuedAt: first('issuedAt'),
    validFrom: first('validFrom'),
    algorithm: first('algorithm'),
    identity: first('identity'),
    action: first('action'),
    vault: first('vault'),
    vaultItem: first('vaultItem'),
    correlationId: first('correlationId'),
    traceId: first('traceId'),
    at: first('at'),
  };
}

/** Printable, and nothing that could be a secret: what is quoted back comes from a paste. */
export function shown(value: string, max = 120): string | null {
  const text = displayText(redact(value), max).replace(/[.,;:]+$/, '');
  return text === '' || text === '{EmailHidden}' || text === 'null' ? null : text;
}

/** In the order of trust; each has one group. The texts are Entra's, Graph's, Business Central's and Key Vault's own. */
const PATTERNS: Record<keyof TextFacts, readonly RegExp[]> = {
  applicationId: [
    /\bapp(?:lication)?(?: id| with (?:id|identifier))? '([^']{1,200})'/i,
    /\bconfigured for the application: '?([^'\s]{1,200})'?/i,
    /\bCaller: appid=([\w-]{1,60})/i,
    /\bclient_id=([\da-f-]{36})\b/i,
  ],
  applicationName: [/\bapplication '[^']{1,200}' ?\(([^)]{1,120})\)/i],
  tenant: [
    /\bin the directory '([^']{1,120})'/i,
    /\btenant '([^']{1,120})'/i,
    /\btenant named (.{1,120}?)(?:\. |\.$|$)/i,
    /\bCaller: [^ ]{0,200}iss=https:\/\/sts\.windows\.net\/([^/'\s]{1,60})/i,
    /\blogin\.(?:microsoftonline|partner\.microsoftonline|chinacloudapi)\.[a-z]{2,3}\/([\da-f-]{36})\b/i,
    /\bbusinesscentral\.dynamics\.com\/v2\.0\/([\da-f-]{36})\b/i,
  ],
  resource: [
    /\bresource principal named (\S{1,200})/i,
    /\bmulti-?factor authentication to access '([^']{1,120})'/i,
    /\bResource '([^']{1,120})' does not exist/i,
    /"resource" ?: ?"(https?:[^"?#]{1,200})"/i,
  ],
  account: [/\bUser account '([^']{1,120})'/i],
  redirectUri: [/\b(?:redirect|reply) (?:URI|URL) '([^'?#]{1,256})/i],
  policies: [],
  issuedAt: [/\bissued on '?([\d-]{10}T[\d:.]{8,20}Z)/i],
  validFrom: [/\bTokensValidFrom\b[^']{0,120}'([\d-]{10}T[\d:.]{8,20}Z)/i],
  algorithm: [/'(\w{2,10})' is not a supported signature algorithm/i],
  identity: [/\boid=([\w-]{1,60})/i],
  action: [/\bAction: '([^']{1,120})'/i],
  vault: [/\bVault: ([\w-]{1,60})/i, /\bhttps:\/\/([\w-]{3,24})\.vault\.[a-z.]{3,30}\//i],
  vaultItem: [
    /\bproviders\/microsoft\.keyvault\/vaults\/[\w-]{1,60}\/(?:secrets|keys|certificates)\/([\w-]{1,127})/i,
    /\b(?:secret|key|certificate) with \(name\/id\) (\S{1,160}) was not found/i,
    /\bSecret (\S{1,127}) is currently in a deleted/i,
  ],
  correlationId: [
    /\bcorrelation[_ ]?id["']?\s*[:=]\s*["']?([\w-]{4,60})/i,
    /\brequest-id["']?\s*[:=]\s*["']?([\w-]{4,60})/i,
  ],
  traceId: [/\b(?:trace[_ ]id|request id)["']?\s*[:=]\s*["']?([\w-]{4,60})/i],
  at: [
    /\btimestamp["']?\s*[:=]\s*["']?(\d{4}-\d\d-\d\d[ T][\d:]{8}(?:\.\d+)?Z)/i,
    /"date"\s*:\s*"(\d{4}-\d\d-\d\dT[\d:]{8}Z?)"/i,
  ],
};

/** Conditional Access names its policies in `claims`, an object or JSON within a string. */
function policiesIn(flat: string): string | null {
  const list = /"capolids"[^[]{0,80}\[([^\]]{1,600})\]/i.exec(flat)?.[1] ?? '';
  const ids = list.match(/[\da-f-]{36}/gi) ?? [];
  return ids.length === 0 ? null : ids.slice(0, 5).join(', ');
}

function withApiName(resource: string): string {
  const api = API_RULES.find(({ appId }) => appId === resource.toLowerCase())?.api;
  return api === undefined ? resource : `${api} (${resource})`;
}
