/** As strict as mail needs it: one @, no list, no display name, nothing that could start another header. */
const ADDRESS = /^[^\s@<>(),;:"[\]\\\p{C}]{1,64}@[^\s@<>(),;:"[\]\\\p{C}]{1,190}$/u;
/** A guest's userPrincipalName (`name_example.com#EXT#@tenant`) names an account, not a mailbox. */
const GUEST_MARK = /#EXT#/i;

/**
 * Where mail reaches a directory user: `mail`, else a userPrincipalName that has the shape of an address (it need not
 * be a mailbox). Null when neither is one; never a guest's #EXT# name, never a list of addresses.
 */
export function ownerAddress(mail: string | null, userPrincipalName: string | null): string | null {
  return addressOf(mail) ?? addressOf(userPrincipalName);
}

function addressOf(text: string | null): string | null {
  const address = text?.trim() ?? '';
  return ADDRESS.test(address) && !GUEST_MARK.test(address) ? address : null;
}

/** Every address in a text that may hold several, as people write lists: separated by commas, semicolons or spaces. */
export function addressesIn(text: string): string[] {
  return text.split(/[\s,;]+/).flatMap((part) => addressOf(part) ?? []);
}

/** Whether an address belongs to one of these domains; a subdomain is another domain. */
export function isInDomains(address: string, domains: readonly string[]): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domains.some((one) => one.toLowerCase() === domain);
}
