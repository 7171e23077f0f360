import type { RawCredential } from './directory-object.ts';
import { readKeyIdentifier } from './key-identifier.ts';

/** The members of a credential that can tell what to call it. */
type Nameable = Pick<RawCredential, 'displayName' | 'customKeyIdentifier' | 'hint' | 'keyId'>;

/**
 * What a person would recognise a credential by (design §4): its displayName, else the name that old tools encoded
 * into customKeyIdentifier, else `starts with {hint}`, else its keyId. Never a thumbprint. White space is one space;
 * apart from that it is as hostile as whoever wrote it: encode per sink. Null when it has none of these.
 */
export function nameOf(credential: Nameable): string | null {
  const { displayName, customKeyIdentifier, hint, keyId } = credential;
  const label = oneLine(displayName) ?? legacyNameOf(customKeyIdentifier);
  if (label !== null) return label;
  const start = oneLine(hint);
  return start === null ? oneLine(keyId) : `starts with ${start}`;
}

/** The name in a customKeyIdentifier; null when it holds a thumbprint, random bytes or nothing. */
function legacyNameOf(customKeyIdentifier: string | null): string | null {
  if (customKeyIdentifier === null) return null;
  const identifier = readKeyIdentifier(customKeyIdentifier);
  return identifier.kind === 'text' ? oneLine(identifier.text) : null;
}

function oneLine(text: string | null): string | null {
  const line = text?.replace(/\s+/g, ' ').trim() ?? '';
  return line === '' ? null : line;
}
