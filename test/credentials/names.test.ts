import { describe, expect, it } from 'vitest';
import { nameOf } from '../../shared/credentials/names.ts';
import { rawCredential } from '../support/directory.ts';

const name = (overrides: Parameters<typeof rawCredential>[0]) => nameOf(rawCredential(overrides));

describe('nameOf', () => {
  it('is the displayName where there is one', () => {
    expect(name({ displayName: 'BC Prod', hint: 'Ab3' })).toBe('BC Prod');
  });

  it('is one line, however the recorder folded it', () => {
    expect(name({ displayName: 'CN=KeyVault\r\n     Generated ' })).toBe('CN=KeyVault Generated');
  });

  it.each([
    ['base64 of UTF-16LE with its mark', '//5yAGIAYQBjAA==', 'rbac'],
    ['a longer one', '//5tAHkALQByAGEAbgBkAC0AYQBwAHAALQBzAHAALQBwAHcAZAA=', 'my-rand-app-sp-pwd'],
    ['UTF-16LE without a mark', Buffer.from('nightly', 'utf16le').toString('base64'), 'nightly'],
    ['base64 of plain text', 'bXAtdGVzdC1yYmFjLTEy', 'mp-test-rbac-12'],
    ['umlauts in UTF-8', Buffer.from('Prüfung').toString('base64'), 'Prüfung'],
    ['zeros as padding', Buffer.from('old\0\0\0').toString('base64'), 'old'],
    ['plain text', 'monitoring key', 'monitoring key'],
    ['a plain word that is valid base64 as well', 'test', 'test'],
  ])('decodes a name from customKeyIdentifier: %s', (_, customKeyIdentifier, expected) => {
    expect(name({ customKeyIdentifier, hint: 'Ab3' })).toBe(expected);
  });

  it.each([
    ['a thumbprint in hexadecimal', '6271BE04BE4C076A935248DEC2F0B65A4E828FB8'],
    ['a thumbprint in base64', '2iD8ppbE+D6Kmu1ZvjM2jtQh88E='],
    ['random bytes', Buffer.from([0x9f, 1, 0xfe, 3, 0x80, 7]).toString('base64')],
    ['26 characters of junk', 'q8ZrT0vXw3kLmN5pYbHdJcUf2A'],
    ['nothing', ''],
    ['an escape sequence', '\u001B[31mred'],
  ])('does not call a secret %s', (_, customKeyIdentifier) => {
    expect(name({ customKeyIdentifier, hint: 'Ab3' })).toBe('starts with Ab3');
  });

  it('falls back to the keyId, and to nothing', () => {
    expect(name({ displayName: '  ', hint: '', keyId: 'key-1' })).toBe('key-1');
    expect(name({ keyId: null })).toBeNull();
  });
});
