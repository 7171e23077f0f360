import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A certificate to sign in with and its private key, made here: nothing of it is secret. */
export interface SelfSigned {
  privateKey: KeyObject;
  /** Base64 of DER, as Graph keeps it in a keyCredential's `key`. */
  key: string;
  /** Base64url, as the header of an assertion names the certificate. */
  x5t: string;
  x5tS256: string;
}

/** A self-signed RSA certificate (RFC 5280, version 1) that is in force from 2020 to 2049. */
export function selfSigned(commonName: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signedBy = sequence(objectId('2a864886f70d01010b'), der(0x05)); // sha256WithRSAEncryption
  const name = sequence(
    der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(commonName)))),
  );
  const validity = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'));
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(der(0x02, Buffer.from([1])), signedBy, name, validity, name, keyInfo);
  const signature = createSign('RSA-SHA256').update(body).sign(privateKey);
  const bits = der(0x03, Buffer.concat([Buffer.from([0]), signature]));
  const certificate = sequence(body, signedBy, bits);
  const thumbprint = (algorithm: string) =>
    createHash(algorithm).update(certificate).digest('base64url');
  return {
    privateKey,
    key: certificate.toString('base64'),
    x5t: thumbprint('sha1'),
    x5tS256: thumbprint('sha256'),
  };
}

/** A value of ASN.1 in distinguished encoding: tag, length, content. */
function der(tag: number, content: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}
