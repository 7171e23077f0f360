export const UNRESOLVED = 'The reference to Key Vault was not resolved.';

/** Where a reference cannot be resolved, App Service hands the reference itself over. */
export function isUnresolved(text: string): boolean {
  return text.startsWith('@Microsoft.KeyVault(');
}
