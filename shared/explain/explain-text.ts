import { redact } from '../redact.ts';
import type { Explained, Explanation } from './explanation.ts';
import { factsIn, shown, type TextFacts } from './facts-in-text.ts';
import { fillerOf } from './fill.ts';
import { ruleOfCodes, ruleOfText, type FoundRule } from './find-rule.ts';
import { portalLink } from './portal-page.ts';
import { readError, type ReadError } from './read-error.ts';
import type { ErrorRule } from './rule.ts';
import { EMPTY_ANSWER, SECRET_ANSWER, unknownError } from './special-rules.ts';

/**
 * Says what a pasted error means: of Entra's token endpoint and sign-in page, Graph, Business Central, Key Vault,
 * sendMail and Teams webhooks, whole or mangled. Nothing that may be a secret is repeated. Never throws.
 */
export function explainText(text: string): Explained {
  const error = readError(text);
  const warnings = warningsFor(error);
  const found = foundRule(error);
  if (found === null) return { isRecognised: false, warnings };
  return { isRecognised: true, explanation: explanationOf(found, error, warnings) };
}

const LEAKED =
  'The text that you pasted holds something that looks like a secret or a token. It is not repeated here. If others can read the text (a ticket, a chat), create a new secret and remove the old one.';

const RETRY: Record<ErrorRule['retry'], string> = {
  never: 'No. The same request will fail again.',
  whenFixed: 'Only after the steps below.',
  later: 'Yes, after a pause.',
};

function foundRule(error: ReadError): FoundRule | null {
  if (error.flat === '') return { rule: EMPTY_ANSWER, code: '' };
  const byCode = ruleOfCodes(error.codes);
  if (byCode !== null && byCode.rule.isGeneric !== true) return byCode;
  const byText = ruleOfText(error.flat) ?? byCode;
  if (byText !== null) return byText;
  if (error.holdsSecret) return { rule: SECRET_ANSWER, code: '' };
  const byStatus = ruleOfStatus(error.httpStatus);
  const code = unknownCodeOf(error);
  if (code === null) return byStatus;
  return { rule: byStatus?.rule ?? unknownError(error), code };
}

function ruleOfStatus(status: number | null): FoundRule | null {
  if (status === null) return null;
  const code = String(status);
  // Every 5xx is trouble at the service, also those that have no name.
  return ruleOfCodes([code]) ?? (status >= 500 ? ruleOfCodes(['503']) : null);
}

/** Something that is certainly an error, though no rule knows it. */
function unknownCodeOf({ aadstsNumbers, serviceCodes, codes, message }: ReadError): string | null {
  const [number] = aadstsNumbers;
  if (number !== undefined) return number;
  if (message !== null && serviceCodes[0] !== undefined) return serviceCodes[0];
  return codes.find((code) => /^[a-z]+(?:_[a-z]+)+$/.test(code)) ?? null;
}

function explanationOf(found: FoundRule, error: ReadError, warnings: string[]): Explanation {
  const { rule } = found;
  const facts = factsIn(error.flat);
  const fill = fillerOf(facts, error);
  return {
    code: codeShown(found, error),
    status: rule.status,
    title: fill(rule.title),
    cause: fill(rule.cause),
    application: applicationShown(facts),
    tenant: facts.tenant ?? 'not named in the text',
    about: fill(rule.about),
    retry: RETRY[rule.retry],
    steps: rule.steps.map(fill),
    link: rule.page === null ? null : portalLink(rule.page, facts, error.flat),
    details: detailsOf(rule, facts, error),
    warnings,
  };
}

function codeShown({ code }: FoundRule, { aadstsNumbers }: ReadError): string | null {
  // The number is what people search for, also where the word beside it decided.
  const number = aadstsNumbers.includes(code) ? code : aadstsNumbers[0];
  if (number !== undefined) return `AADSTS${number}`;
  if (/^[45]\d\d$/.test(code)) return `HTTP ${code}`;
  return shown(code, 60);
}

function applicationShown({ applicationId, applicationName }: TextFacts): string {
  if (applicationId === null) return 'not named in the text';
  return applicationName === null ? applicationId : `${applicationName} (${applicationId})`;
}

function detailsOf(rule: ErrorRule, facts: TextFacts, error: ReadError): Explanation['details'] {
  const message =
    rule.isGeneric === true && error.message !== null ? shown(error.message, 300) : null;
  const rows: [string, string | null][] = [
    ['Message', message],
    ['Resource', facts.resource],
    ['Account', facts.account],
    ['Redirect URI', facts.redirectUri],
    ['Policy', facts.policies],
    ['Algorithm', facts.algorithm],
    ['Vault', facts.vault],
    ['Secret in it', facts.vaultItem],
    ['Identity', facts.identity],
    ['HTTP status', error.httpStatus === null ? null : String(error.httpStatus)],
    ['Time', facts.at],
    ['Correlation id', facts.correlationId],
    ['Trace id', facts.traceId],
  ];
  return rows.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}

function warningsFor({ holdsSecret, flat }: ReadError): string[] {
  // Entra's own link, …/error?code=7000222, is no authorization code.
  const text = flat.replaceAll(/\bcode=\d{1,9}\b/g, '');
  return holdsSecret || redact(text) !== text ? [LEAKED] : [];
}
