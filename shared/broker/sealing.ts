import { createCipheriv, createDecipheriv } from 'node:crypto';
import { z } from 'zod';

/** A text that only the holder of the sealing key can read. base64url; the key is named, never held. */
export const sealedSchema = z.object({
  keyId: z.string(),
  nonce: z.string(),
  tag: z.string(),
  text: z.string(),
});
export type Sealed = z.infer<typeof sealedSchema>;

/** 32 bytes and the name of the Key Vault version that holds them. */
export interface SealingKey {
  keyId: string;
  key: Uint8Array;
}

/**
 * What a sealed text belongs to: it opens only for exactly the same parts (security rule 17), so a blob that is copied
 * to another connection, tenant or generation is of no use.
 */
export interface SealedFor {
  purpose: 'accessToken' | 'refreshToken' | 'codeVerifier';
  connectionId: string;
  instance: string;
  tenantId: string;
  clientId: string;
  scope: string;
  generation: number;
  /** ISO 8601, or '' for what has no known end. */
  expiresAt: string;
}

const FORMAT = 'keyturn-sealed-1';
/** NIST SP 800-38D §8.2.2: random nonces of 96 bits. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a text by AES-256-GCM under a fresh random nonce. */
export function seal(
  text: string,
  sealedFor: SealedFor,
  { key, randomBytes }: { key: SealingKey; randomBytes: (size: number) => Uint8Array },
): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(sealedFor, key.keyId));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    keyId: key.keyId,
    nonce: base64(nonce),
    tag: base64(cipher.getAuthTag()),
    text: base64(sealed),
  };
}

/** The text, or null when the key is another one, a part differs, or the bytes were touched: a miss, never a throw. */
export function open(sealed: Sealed, sealedFor: SealedFor, key: SealingKey): string | null {
  if (sealed.keyId !== key.keyId) return null;
  try {
    const nonce = bytes(sealed.nonce);
    const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(sealedFor, key.keyId));
    decipher.setAuthTag(bytes(sealed.tag));
    return Buffer.concat([decipher.update(bytes(sealed.text)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Each part with its length before it, so that no two lists of parts give the same bytes. */
function additionalData(sealedFor: SealedFor, keyId: string): Buffer {
  const parts = [
    FORMAT,
    sealedFor.purpose,
    sealedFor.connectionId,
    sealedFor.instance,
    sealedFor.tenantId,
    sealedFor.clientId,
    sealedFor.scope,
    String(sealedFor.generation),
    sealedFor.expiresAt,
    keyId,
  ];
  return Buffer.from(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''));
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
