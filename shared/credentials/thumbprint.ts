import { readKeyIdentifier } from './key-identifier.ts';

/**
 * A certificate's thumbprint in upper-case hexadecimal (40 digits for SHA-1, 64 for SHA-256), whichever of its forms
 * the directory, a certificate window or Key Vault gave: hexadecimal with or without separators, base64, base64url.
 * Null for anything else, a label above all.
 */
export function thumbprintOf(customKeyIdentifier: string | null): string | null {
  if (customKeyIdentifier === null) return null;
  const identifier = readKeyIdentifier(customKeyIdentifier);
  return identifier.kind === 'thumbprint' ? identifier.hex : null;
}
