import type { ErrorRule } from './rule.ts';
import { ADMIN_ACTION_RULES } from './rules/admin-action.ts';
import { APP_CREDENTIAL_RULES } from './rules/app-credential.ts';
import { BUSINESS_CENTRAL_RULES } from './rules/business-central.ts';
import { CONFIGURATION_RULES } from './rules/configuration.ts';
import { GRAPH_RULES } from './rules/graph.ts';
import { HTTP_STATUS_RULES } from './rules/http-status.ts';
import { KEY_VAULT_RULES } from './rules/key-vault.ts';
import { MAIL_RULES } from './rules/mail.ts';
import { SERVICE_TROUBLE_RULES } from './rules/service-trouble.ts';
import { SIGN_IN_AGAIN_RULES } from './rules/sign-in-again.ts';
import { WEBHOOK_RULES } from './rules/webhooks.ts';

/** Every rule that ships; a code stands in one of them only. */
export const ERROR_RULES: readonly ErrorRule[] = [
  ...APP_CREDENTIAL_RULES,
  ...SIGN_IN_AGAIN_RULES,
  ...ADMIN_ACTION_RULES,
  ...CONFIGURATION_RULES,
  ...SERVICE_TROUBLE_RULES,
  ...KEY_VAULT_RULES,
  ...BUSINESS_CENTRAL_RULES,
  ...MAIL_RULES,
  ...WEBHOOK_RULES,
  ...GRAPH_RULES,
  ...HTTP_STATUS_RULES,
];

const BY_CODE = new Map(ERROR_RULES.flatMap((rule) => rule.codes.map((code) => [code, rule])));
const SPECIFIC_PATTERNS = ERROR_RULES.filter(({ pattern }) => pattern !== undefined);

export interface FoundRule {
  rule: ErrorRule;
  /** The code that decided, as it stood in the text. */
  code: string;
}

/** The rule of the first code that says something specific, else of the first that says anything; null when unknown. */
export function ruleOfCodes(codes: readonly string[]): FoundRule | null {
  const found = codes.flatMap((code) => {
    const rule = BY_CODE.get(code);
    return rule === undefined ? [] : [{ rule, code }];
  });
  return found.find(({ rule }) => rule.isGeneric !== true) ?? found[0] ?? null;
}

/** The rule of an error that has no code but a sentence of its own. */
export function ruleOfText(text: string): FoundRule | null {
  const rule = SPECIFIC_PATTERNS.find(({ pattern }) => pattern?.test(text) === true);
  return rule === undefined ? null : { rule, code: rule.codes[0] ?? '' };
}

/** Whether a word is a code that some rule knows. */
export function isKnownCode(word: string): boolean {
  return BY_CODE.has(word);
}
