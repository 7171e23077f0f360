import type { Credential } from './credential.ts';
import type { DirectoryObject } from './directory-object.ts';
import {
  OPERATORS_RULE,
  SELF_RENEWING_RULES,
  type SelfRenewingRule,
} from './self-renewing-rules.ts';

type Classified = Pick<Credential, 'name' | 'type' | 'holder'>;
type HolderFacts = Pick<DirectoryObject, 'servicePrincipalType' | 'appOwnerOrganizationId'>;

/** The id of the shipped rule by which the platform replaces this credential itself; null when people have to. */
export function selfRenewingRuleOf(credential: Classified, holder: HolderFacts): string | null {
  const rule = SELF_RENEWING_RULES.find(({ matches }) => isMatch(matches, credential, holder));
  return rule?.id ?? null;
}

/** A shipped rule by its id, for the words that go with it; null when no such rule ships any more. */
export function selfRenewingRule(id: string): SelfRenewingRule | null {
  if (id === OPERATORS_RULE.id) return OPERATORS_RULE;
  return SELF_RENEWING_RULES.find((rule) => rule.id === id) ?? null;
}

/**
 * Marks what an operator says a job of their own replaces: names with `*` for any characters, in any case. It is shown
 * and not told about, unless it was not replaced in time.
 */
export function operatorsMark(names: readonly string[]): (credentials: Credential[]) => void {
  if (names.length === 0) return () => undefined;
  const patterns = names.map(
    (name) => new RegExp(`^${name.split('*').map(escaped).join('.*')}$`, 'i'),
  );
  return (credentials) => {
    for (const credential of credentials) {
      if (credential.selfRenewing !== null) continue;
      const name = credential.name.slice(0, MAX_NAME);
      if (patterns.some((pattern) => pattern.test(name)))
        credential.selfRenewing = OPERATORS_RULE.id;
    }
  };
}

/** Graph's own limit for names is shorter; a file may hold anything. */
const MAX_NAME = 256;

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Every condition that a rule states must hold. */
function isMatch(
  matches: SelfRenewingRule['matches'],
  credential: Classified,
  holder: HolderFacts,
): boolean {
  const owner = holder.appOwnerOrganizationId?.toLowerCase() ?? '';
  return (
    isAllowed(matches.types, (types) => types.some((type) => type === credential.type)) &&
    isAllowed(matches.holderType, (type) => type === credential.holder.type) &&
    isAllowed(matches.exceptAppIds, (ids) => !ids.includes(appIdOf(credential))) &&
    isAllowed(matches.ownedByTenants, (tenants) => tenants.includes(owner)) &&
    isAllowed(matches.servicePrincipalTypes, (types) =>
      types.includes(holder.servicePrincipalType ?? ''),
    ) &&
    isAllowed(matches.credentialName, (name) => name.test(credential.name)) &&
    isAllowed(matches.holderName, (name) => name.test(credential.holder.displayName ?? ''))
  );
}

function appIdOf({ holder }: Classified): string {
  return holder.appId?.toLowerCase() ?? '';
}

function isAllowed<T>(condition: T | undefined, holds: (condition: T) => boolean): boolean {
  return condition === undefined || holds(condition);
}
