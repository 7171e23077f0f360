/** What the bytes of a customKeyIdentifier turned out to be. */
export type KeyIdentifier =
  { kind: 'text'; text: string } | { kind: 'thumbprint'; hex: string } | { kind: 'junk' };

/**
 * Decides what a customKeyIdentifier holds. Seen on real tenants: 40 hexadecimal digits, base64 of 20 or 32 bytes
 * (a certificate's thumbprint), base64 of UTF-16LE text with or without a byte order mark, base64 of plain text, and
 * plain text itself (names that old portals and `az` before 2.37 put there). Text is looked for first: the base64 of
 * `CWAP_AuthSecret` with its mark is 32 bytes long and must not pass for a SHA-256. Never throws.
 */
export function readKeyIdentifier(value: string): KeyIdentifier {
  const compact = value.replaceAll(HEX_SEPARATORS, '');
  if (HEX_THUMBPRINT.test(compact)) return { kind: 'thumbprint', hex: compact.toUpperCase() };
  const bytes = base64Bytes(value.trim());
  if (bytes === null) return plainText(value);
  const text = textOf(bytes);
  if (text !== null) return { kind: 'text', text };
  if (isHashSized(bytes)) return { kind: 'thumbprint', hex: bytes.toString('hex').toUpperCase() };
  return plainText(value);
}

/** Colons, spaces and the invisible mark that Windows' certificate window puts in front of a copied thumbprint. */
const HEX_SEPARATORS = /[\s:\u200e\u200f-]/g;
const HEX_THUMBPRINT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
const STANDARD_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Base64url without padding, as Key Vault writes x5t (20 bytes) and x5t#S256 (32 bytes). */
const URL_SAFE_HASH = /^(?:[\w-]{27}|[\w-]{43})$/;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u;
/** What a word, or a name made of words, looks like; random base64 of some length does not. */
const WORDS = /[^A-Za-z0-9+/=]|^[A-Za-z]{1,12}\d{0,4}$/;

function base64Bytes(value: string): Buffer | null {
  if (value === '') return null;
  if (STANDARD_BASE64.test(value)) return Buffer.from(value, 'base64');
  return URL_SAFE_HASH.test(value) && !looksSpelled(value) ? Buffer.from(value, 'base64url') : null;
}

/** A name of exactly 27 or 43 characters, such as `nightly-export-to-warehouse`, is no hash: hashes mix their cases. */
function looksSpelled(value: string): boolean {
  return !(/[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value));
}

function isHashSized(bytes: Buffer): boolean {
  return bytes.length === 20 || bytes.length === 32;
}

function plainText(value: string): KeyIdentifier {
  const text = value.trim();
  if (!PRINTABLE.test(text) || !WORDS.test(text)) return { kind: 'junk' };
  return { kind: 'text', text };
}

function textOf(bytes: Buffer): string | null {
  const text = hasByteOrderMark(bytes)
    ? bytes.subarray(2).toString('utf16le')
    : isUtf16(bytes)
      ? bytes.toString('utf16le')
      : utf8Of(bytes);
  if (text === null) return null;
  // Old tools padded the field with zeros.
  const trimmed = text.replace(/\0+$/, '').trim();
  return trimmed !== '' && PRINTABLE.test(trimmed) ? trimmed : null;
}

function hasByteOrderMark(bytes: Buffer): boolean {
  return bytes.length % 2 === 0 && bytes[0] === 0xff && bytes[1] === 0xfe;
}

/**
 * Western text in UTF-16LE has a zero in most second bytes; a hash hardly ever has two. Padding is left out of the
 * count, or three letters and three zeros would pass for it.
 */
function isUtf16(bytes: Buffer): boolean {
  if (bytes.length % 2 !== 0) return false;
  const units = Math.ceil((bytes.findLastIndex((byte) => byte !== 0) + 1) / 2);
  const zeros = bytes
    .subarray(0, units * 2)
    .filter((byte, index) => index % 2 === 1 && byte === 0).length;
  return zeros * 2 > units;
}

function utf8Of(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
