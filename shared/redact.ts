/**
 * Takes whatever looks like a secret out of a text that is about to be written down. It is the second net (security
 * rule 27): the first is that nobody hands a secret to a log. It errs towards removing: a long opaque run goes even
 * when it was harmless.
 */
export function redact(text: string): string {
  if (HARMLESS.test(text) || isSentence(text)) return text;
  return RULES.reduce((left, { pattern, by }) => left.replace(pattern, by), text);
}

/** Too short, or of too few characters, for any of the rules: names, methods and identifiers, most of what is logged. */
const HARMLESS = /^(?:[a-z\d-]{0,12}|[a-f\d-]{0,159})$/i;

/** Lower-case words alone, as messages are: only the names of two schemes make a word after them a secret. */
function isSentence(text: string): boolean {
  return WORDS.test(text) && !/bearer|basic/.test(text);
}

const WORDS = /^[a-z ]{0,120}$/;

const GONE = '[redacted]';

/** Members, form fields, query parameters and connection-string parts whose value is a secret. */
const SECRET_NAMES = [
  'access_?token',
  'account_?key',
  'assertion',
  'client_?assertion',
  'client_?secret',
  'code_?verifier',
  'id_?token',
  'password',
  'pwd',
  'refresh_?token',
  'secret_?text',
  'shared_?access_?(?:key|signature)',
  'sig',
].join('|');

/** Headers that carry a credential or say who somebody is (App Service: X-MS-CLIENT-PRINCIPAL, X-MS-TOKEN-AAD-…). */
const SECRET_HEADERS = [
  '(?:proxy-)?authorization',
  '(?:set-)?cookie',
  'x-keyturn-key',
  'x-functions-key',
  'x-identity-header',
  'x-zumo-auth',
  'x-ms-client-principal(?:-[a-z]+)?',
  'x-ms-token-[a-z-]+',
].join('|');

/** A quote as JSON writes it, or as JSON within JSON does; bounded, so that a run of backslashes costs no more. */
const QUOTE = String.raw`\\{0,8}["']`;

const RULES: readonly { pattern: RegExp; by: string }[] = [
  // "name": "value", also escaped, with any header or secret name.
  {
    pattern: new RegExp(
      String.raw`(${QUOTE}(?:${SECRET_NAMES}|${SECRET_HEADERS})${QUOTE}\s*[:=,]\s*\[?\s*(${QUOTE}))(?:(?!(?<!\\)\2)[\s\S])*`,
      'gi',
    ),
    by: `$1${GONE}`,
  },
  // Header: value, to the end of the line.
  {
    pattern: new RegExp(String.raw`\b(${SECRET_HEADERS})\s*[:=]\s*[^\r\n"'{}]+`, 'gi'),
    by: `$1: ${GONE}`,
  },
  // name=value in a query, a form, a connection string. Only here is "code" a secret: elsewhere it says what went wrong.
  {
    pattern: new RegExp(
      String.raw`((?<![a-z0-9])(?:${SECRET_NAMES})|(?<!\w)code)=[^&;\s"'<>\\]+`,
      'gi',
    ),
    by: `$1=${GONE}`,
  },
  // Name: value in prose, as an SDK prints an option.
  {
    pattern: new RegExp(String.raw`(?<![a-z0-9])(${SECRET_NAMES}):\s*[^\s,;"'{}[\]]+`, 'gi'),
    by: `$1: ${GONE}`,
  },
  { pattern: /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, by: `$1 ${GONE}` },
  // smtp://user:password@host
  { pattern: /(:\/\/)[^\s/@:]+:[^\s/@]+@/g, by: `$1${GONE}@` },
  // Keyturn's keys, of a role and of a connection, cut ones too.
  { pattern: /kt_[a-z0-9-]{1,64}_[a-z0-9-]{1,64}_[\w-]{8,}/gi, by: GONE },
  // Tokens of the links in mails, and of those that ask somebody to sign in or to agree for a tenant.
  { pattern: /kt[aco]_[\w-]{8,}/gi, by: GONE },
  // What webhooks are signed with (Standard Webhooks), cut ones too.
  { pattern: /whsec_[A-Za-z0-9+/=]{4,}/g, by: GONE },
  // JWS and JWE: the header is base64url of {"…
  { pattern: /eyJ[\w-]{10,}(?:\.[\w-]*){0,4}/g, by: GONE },
  // Refresh tokens and codes of Entra (0.A…, 1.A…) and of Microsoft accounts (M.C5…).
  { pattern: /\b[012]\.A[\w.~-]{40,}/g, by: GONE },
  { pattern: /\bM\.[A-Z]\w{1,12}[._][\w.!*$-]{30,}/g, by: GONE },
  // The value of an Entra client secret: three characters, a digit, Q~, the rest.
  { pattern: /[\w.~-]{3}\dQ~[\w.~-]{30,}/g, by: GONE },
  // Whatever else is this long without a break: keys, certificates, opaque tokens.
  { pattern: /[\w+/=.~-]{160,}/g, by: GONE },
];
