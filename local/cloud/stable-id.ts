import { createHash } from 'node:crypto';

/** A GUID (RFC 9562 version 8 shape) that is the same for the same words, so that seeds and tests can name objects. */
export function stableId(...words: (string | number)[]): string {
  const hex = createHash('sha256').update(words.join('\u0000')).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Base64 text of a given length that is the same for the same words: stands for the bytes of a certificate. */
export function stableBase64(length: number, ...words: (string | number)[]): string {
  const parts: string[] = [];
  for (let block = 0; parts.length * 64 < length; block += 1) {
    parts.push(
      createHash('sha384')
        .update([...words, block].join('\u0000'))
        .digest('base64'),
    );
  }
  return parts.join('').slice(0, length - (length % 4));
}

/** Upper-case hexadecimal SHA-1 thumbprint for the same words. */
export function stableThumbprint(...words: (string | number)[]): string {
  return createHash('sha1').update(words.join('\u0000')).digest('hex').toUpperCase();
}
