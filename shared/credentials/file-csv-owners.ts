import type { Owner } from './directory-object.ts';
import { ownerAddress } from './owner-address.ts';

/**
 * The owners in one cell of a report: addresses or names joined by ";", with their object ids in a second cell. Texts
 * such as `<<No Owner>>` mean nobody; `**<This is an Application>**` marks an owner that reads no mail.
 */
export function ownersOfCell(names: string | null, ids: string | null): Owner[] {
  const idList = splitList(ids ?? '');
  return splitList(names ?? '')
    .map((text, index) => ({ text, id: idList[index] ?? null }))
    .filter(({ text }) => !NOBODY.test(text))
    .map(({ text, id }) => ownerOf(text, id));
}

const NOBODY = /^[<\s]*(?:no owners?|none|null|n\/a|-+)[>\s]*$/i;
const APPLICATION_MARK = /\**\s*<\s*this is an (?:application|service ?principal)\s*>\s*\**/i;

function ownerOf(text: string, id: string | null): Owner {
  const isApplication = APPLICATION_MARK.test(text);
  const displayName = text.replace(APPLICATION_MARK, '').trim();
  return {
    id,
    type: isApplication ? 'servicePrincipal' : text.includes('@') ? 'user' : 'unknown',
    displayName: displayName === '' ? null : displayName,
    address: isApplication ? null : ownerAddress(null, displayName),
    accountEnabled: null,
  };
}

function splitList(text: string): string[] {
  return text
    .split(/[;|\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
