import type { TokenError } from './token-error.ts';

/** How the application proves that it is itself. */
export type ClientProof =
  | { type: 'secret'; id: string; value: string }
  /** PEM, PKCS #8, with its certificate. */
  | { type: 'certificate'; id: string; privateKey: string; certificate: string }
  /** RFC 7521: somebody else's signed word for it; the managed identity's, as a rule. */
  | { type: 'assertion'; id: string; assertion: () => Promise<string> };

/** The application at its provider. */
export interface TokenClient {
  connectionId: string;
  clientId: string;
  /** Entra: the tenant that is signed in to, a GUID. */
  tenantId: string;
  /** With `offline_access` where a refresh token is wanted. */
  scopes: readonly string[];
}

/** One successful answer (RFC 6749 §5.1). */
export interface TokenSet {
  accessToken: string;
  /** Seconds from when it was asked for. */
  expiresInSeconds: number;
  /** Seconds after which the provider would like it renewed; null where it does not say. */
  refreshInSeconds: number | null;
  scope: string;
  /** Null where the answer had none: the one that was sent stays good (RFC 6749 §6). */
  refreshToken: string | null;
  /** Claims of the id token, checked; null where there was none. */
  identity: SignedInIdentity | null;
}

/** Who signed in: names are for people, never compared (security rule 12). */
export interface SignedInIdentity {
  issuer: string;
  subject: string;
  tenantId: string | null;
  objectId: string | null;
  displayName: string | null;
  userName: string | null;
  /** As the authorization request sent it (OpenID Connect Core §3.1.2.1); null where the token has none. */
  nonce: string | null;
}

export type ProviderAnswer = { ok: true; tokens: TokenSet } | { ok: false; error: TokenError };

export interface ProviderCall {
  client: TokenClient;
  proof: ClientProof;
  timeoutMs: number;
}

/** A token endpoint. What it says is an answer; it throws only faults of ours. */
export interface TokenProvider {
  /** False for one whose refresh token dies when it is used (the new one must not be lost); true for Entra. */
  keepsOldRefreshToken: boolean;
  redeemCode(
    call: ProviderCall & {
      code: string;
      codeVerifier: string;
      redirectUri: string;
      /** Of the authorization request. Whoever redeems compares it with the identity's. */
      nonce: string;
    },
  ): Promise<ProviderAnswer>;
  refresh(call: ProviderCall & { refreshToken: string }): Promise<ProviderAnswer>;
  clientCredentials(call: ProviderCall): Promise<ProviderAnswer>;
}
