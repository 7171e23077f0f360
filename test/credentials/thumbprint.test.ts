import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thumbprintOf } from '../../shared/credentials/thumbprint.ts';

const SHA1 = '6271BE04BE4C076A935248DEC2F0B65A4E828FB8';
const SHA256 = 'A1'.repeat(16) + '07'.repeat(16);

describe('thumbprintOf', () => {
  it('reads one thumbprint from each of the forms that directories and windows give', () => {
    const bytes = Buffer.from(SHA1, 'hex');
    const pairs = SHA1.match(/../g) ?? [];
    const forms = [
      SHA1,
      SHA1.toLowerCase(),
      pairs.join(':'),
      `\u200e${pairs.join(' ').toLowerCase()}`,
      bytes.toString('base64'),
      bytes.toString('base64url'),
    ];
    expect(forms.map(thumbprintOf)).toEqual(forms.map(() => SHA1));
  });

  it('reads a SHA-256 from hexadecimal and from the base64 of 32 bytes', () => {
    const bytes = Buffer.from(SHA256, 'hex');
    expect(thumbprintOf(SHA256.toLowerCase())).toBe(SHA256);
    expect(thumbprintOf(bytes.toString('base64'))).toBe(SHA256);
  });

  it('does not take a name for a thumbprint, even where its bytes are as many as those of a hash', () => {
    const cwap = '//5DAFcAQQBQAF8AQQB1AHQAaABTAGUAYwByAGUAdAA=';
    expect(Buffer.from(cwap, 'base64')).toHaveLength(32);
    const twentyLetters = Buffer.from('my-app-secret-name-1').toString('base64');
    const tenLetters = Buffer.from('rbac-app-1', 'utf16le').toString('base64');
    for (const name of [cwap, twentyLetters, tenLetters, 'nightly-export-to-warehouse', 'rbac'])
      expect(thumbprintOf(name), name).toBeNull();
  });

  it('is null for nothing and for bytes of another length', () => {
    expect(thumbprintOf(null)).toBeNull();
    expect(thumbprintOf('')).toBeNull();
    expect(thumbprintOf(Buffer.from([1, 2, 200, 4]).toString('base64'))).toBeNull();
  });

  it('gives the same upper-case digits for any hash in hexadecimal and base64', () => {
    const hash = fc
      .uint8Array({ minLength: 20, maxLength: 20 })
      // Twenty printable bytes are a name; no real hash consists of them.
      .filter((bytes) => bytes.some((byte) => byte >= 0x80 && byte < 0xa0));
    fc.assert(
      fc.property(hash, (bytes) => {
        const hex = Buffer.from(bytes).toString('hex').toUpperCase();
        const fromBase64 = thumbprintOf(Buffer.from(bytes).toString('base64'));
        expect(thumbprintOf(hex)).toBe(hex);
        expect(fromBase64 === hex || fromBase64 === null).toBe(true);
      }),
    );
  });

  it('never throws, whatever stands in the field', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void thumbprintOf(text)));
  });
});
