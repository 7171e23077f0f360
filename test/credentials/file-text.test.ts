import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../shared/credentials/file-text.ts';

const TEXT = '{"displayName":"Käserei 日本"}';

describe('decodeFile', () => {
  it('reads what Windows PowerShell 5.1 writes: UTF-16LE with a byte order mark', () => {
    expect(decodeFile(Buffer.from(`\ufeff${TEXT}`, 'utf16le'))).toBe(TEXT);
  });

  it('reads UTF-16BE with its mark and UTF-16LE that lost it', () => {
    expect(decodeFile(Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16())).toBe(TEXT);
    expect(decodeFile(Buffer.from(TEXT, 'utf16le'))).toBe(TEXT);
  });

  it('reads UTF-8 with and without a mark', () => {
    expect(decodeFile(Buffer.from(`\ufeff${TEXT}`))).toBe(TEXT);
    expect(decodeFile(Buffer.from(TEXT))).toBe(TEXT);
  });

  it('reads the code page of Western Europe where UTF-8 fails', () => {
    expect(decodeFile(Buffer.from([0x4b, 0xe4, 0x73, 0x65]))).toBe('Käse');
  });

  it('does not take a picture for text', () => {
    expect(decodeFile(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0x0d]))).toBeNull();
  });
});
