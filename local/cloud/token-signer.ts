import {
  compactVerify,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type JWK,
  type JWTPayload,
} from 'jose';

/** Signs and checks the access tokens of the emulated Entra with one RS256 key. */
export interface TokenSigner {
  sign(claims: JWTPayload): Promise<string>;
  /** The claims of a token that this signer made; undefined for any other. Does not look at time or audience. */
  verify(token: string): Promise<JWTPayload | undefined>;
  /** The public key as Entra's JWKS shows it. */
  publicKey(): Promise<JWK>;
}

/** A signer whose key is made on first use and lives as long as the process. */
export function createTokenSigner(): TokenSigner {
  let pair: ReturnType<typeof generateKeyPair> | undefined;
  const keys = () => (pair ??= generateKeyPair('RS256', { extractable: true }));
  const verified = new Map<string, JWTPayload>();
  return {
    async sign(claims) {
      const { privateKey } = await keys();
      return new SignJWT(claims)
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: KEY_ID })
        .sign(privateKey);
    },
    async verify(token) {
      const known = verified.get(token);
      if (known !== undefined) return known;
      const { publicKey } = await keys();
      try {
        const { payload } = await compactVerify(token, publicKey);
        const claims = JSON.parse(new TextDecoder().decode(payload)) as JWTPayload;
        if (verified.size >= MAX_REMEMBERED) verified.clear();
        verified.set(token, claims);
        return claims;
      } catch {
        return undefined;
      }
    },
    async publicKey() {
      const { publicKey } = await keys();
      return { ...(await exportJWK(publicKey)), use: 'sig', kid: KEY_ID, alg: 'RS256' };
    },
  };
}

const KEY_ID = 'keyturn-local-cloud-1';
const MAX_REMEMBERED = 1000;
