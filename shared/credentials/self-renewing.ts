import type { Credential } from './credential.ts';
import type { DirectoryObject } from './directory-object.ts';
import { SELF_RENEWING_RULES, type SelfRenewingRule } from './self-renewing-rules.ts';

type Classified = Pick<Credential, 'name' | 'type' | 'holder'>;
type HolderFacts = Pick<DirectoryObject, 'servicePrincipalType' | 'appOwnerOrganizationId'>;

/** The id of the shipped rule by which the platform replaces this credential itself; null when people have to. */
export function selfRenewingRuleOf(credential: Classified, holder: HolderFacts): string | null {
  const rule = SELF_RENEWING_RULES.find(({ matches }) => isMatch(matches, credential, holder));
  return rule?.id ?? null;
}

/** A shipped rule by its id, for the words that go with it; null when no such rule ships any more. */
export function selfRenewingRule(id: string): SelfRenewingRule | null {
  return SELF_RENEWING_RULES.find((rule) => rule.id === id) ?? null;
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
    isAllowed(matches.ownedByTenants, (tenants) => tenants.includes(owner)) &&
    isAllowed(matches.servicePrincipalTypes, (types) =>
      types.includes(holder.servicePrincipalType ?? ''),
    ) &&
    isAllowed(matches.credentialName, (name) => name.test(credential.name)) &&
    isAllowed(matches.holderName, (name) => name.test(credential.holder.displayName ?? ''))
  );
}

function isAllowed<T>(condition: T | undefined, holds: (condition: T) => boolean): boolean {
  return condition === undefined || holds(condition);
}
