import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { open, seal, type SealedFor } from '../../shared/broker/sealing.ts';

const key = { keyId: 'v1', key: randomBytes(32) };
const of: SealedFor = {
  purpose: 'refreshToken',
  connectionId: 'bc-production',
  instance: 'a1b2c3d4',
  tenantId: 't',
  clientId: 'c',
  scope: 's offline_access',
  generation: 3,
  expiresAt: '2026-11-25T09:00:00.000Z',
};

describe('a sealed text', () => {
  it('opens for what it was sealed for, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(open(seal(text, of, { key, randomBytes }), of, key)).toBe(text);
      }),
    );
  });

  it.each<Partial<SealedFor>>([
    { purpose: 'accessToken' },
    { connectionId: 'bc-sandbox' },
    { instance: 'ffffffff' },
    { tenantId: 'u' },
    { clientId: 'd' },
    { scope: 's' },
    { generation: 4 },
    { expiresAt: '2026-11-25T10:00:00.000Z' },
    // Together as long as the real ones: only the lengths tell them apart.
    { tenantId: 'tc', clientId: '' },
  ])('is a miss for anything else: %j', (other) => {
    const sealed = seal('refresh', of, { key, randomBytes });
    expect(open(sealed, { ...of, ...other }, key)).toBeNull();
  });

  it('is a miss under another key, under the same name too', () => {
    const sealed = seal('refresh', of, { key, randomBytes });
    expect(open(sealed, of, { ...key, keyId: 'v2' })).toBeNull();
    expect(open(sealed, of, { ...key, key: randomBytes(32) })).toBeNull();
  });

  it('is a miss when a single character was touched, or cut', () => {
    const sealed = seal('refresh', of, { key, randomBytes });
    for (const part of ['nonce', 'tag', 'text'] as const) {
      const [first = ''] = sealed[part];
      const touched = (first === 'A' ? 'B' : 'A') + sealed[part].slice(1);
      expect(open({ ...sealed, [part]: touched }, of, key)).toBeNull();
      expect(open({ ...sealed, [part]: sealed[part].slice(2) }, of, key)).toBeNull();
    }
  });

  it('never looks the same twice', () => {
    const sealed = [1, 2].map(() => seal('refresh', of, { key, randomBytes }).text);
    expect(sealed[0]).not.toBe(sealed[1]);
  });
});
