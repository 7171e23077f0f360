import type { TextFacts } from './facts-in-text.ts';
import { consentUrl } from './portal-page.ts';
import type { ReadError } from './read-error.ts';

/** Puts what an error text names into a rule's sentence; where it names nothing, plain words. */
export function fillerOf(facts: TextFacts, error: ReadError): (sentence: string) => string {
  const fills: Record<string, string> = {
    application: `the application${named(facts.applicationName ?? facts.applicationId)}`,
    tenant: `the tenant${named(facts.tenant)}`,
    resource: facts.resource ?? 'what it asked for',
    account: facts.account ?? 'the account',
    redirectUri:
      facts.redirectUri ??
      'the redirect URI of the request (redirect_uri in the address of the sign-in page)',
    policy: facts.policies ?? 'the sign-in log names it',
    issued: issuedSentence(facts),
    consent:
      consentUrl(facts, error.flat) ??
      'API permissions → the button for admin consent, above the list',
    wait: secondsWord(error.retryAfterSeconds),
    identity: known(facts.identity, 'the identity with object id', 'the caller'),
    vault: known(facts.vault, 'the key vault', 'the key vault'),
    item: known(facts.vaultItem, 'The secret', 'The secret'),
    role: roleFor(facts.action),
  };
  return (sentence) => {
    const filled = sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => fills[name] ?? whole);
    const trimmed = filled.trim();
    return trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  };
}

function named(name: string | null): string {
  return name === null ? '' : ` ${name}`;
}

function known(name: string | null, before: string, otherwise: string): string {
  return name === null ? otherwise : `${before} ${name}`;
}

function issuedSentence({ issuedAt, validFrom }: TextFacts): string {
  if (issuedAt === null) return '';
  const since =
    validFrom === null ? '' : `; nothing from before ${minute(validFrom)} counts any more`;
  return `This one was issued on ${minute(issuedAt)}${since}.`;
}

/** `2023-02-06T12:26:14.6448497Z` as a person writes it. */
function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function secondsWord(seconds: number | null): string {
  if (seconds === null) return 'a minute';
  return seconds === 1 ? '1 second' : `${String(seconds)} seconds`;
}

/** Microsoft Learn: "Azure built-in roles for Key Vault data plane operations". */
function roleFor(action: string | null): string {
  const asked = action?.toLowerCase() ?? '';
  const isReading = /\/(?:getsecret|read|readmetadata)\b/.test(asked);
  if (asked.includes('/certificates/'))
    return isReading ? 'Key Vault Certificate User' : 'Key Vault Certificates Officer';
  if (asked.includes('/keys/')) return 'Key Vault Crypto User';
  if (asked === '' || isReading) return 'Key Vault Secrets User';
  return 'Key Vault Secrets Officer';
}
