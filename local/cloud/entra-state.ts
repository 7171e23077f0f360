import { randomBytes } from 'node:crypto';
import { createConsents, type Consents } from './entra-consents.ts';

/** What a person granted to a client: the part that an authorization code and a refresh token have in common. */
export interface Grant {
  tenantId: string;
  clientId: string;
  userId: string;
  /** As they were asked for, OpenID ones included. */
  scopes: string[];
  /** When the person signed in, in milliseconds; a refresh does not move it. */
  authTime: number;
  /** When this code or token was made, in milliseconds. */
  issuedAt: number;
}

export interface AuthorizationCode extends Grant {
  redirectUri: string;
  nonce: string | null;
  codeChallenge: { value: string; method: 'S256' | 'plain' } | null;
  isRedeemed: boolean;
}

/** How the next authorize request is answered (design §9, `POST /_control/sign-in`). */
export interface ArmedSignIn {
  /** Null: the account of login_hint, or the first user. */
  userPrincipalName: string | null;
  consent: boolean;
}

/** What the emulated Entra remembers of sign-ins. In memory: a restart forgets every grant. */
export interface EntraState {
  codes: Map<string, AuthorizationCode>;
  refreshTokens: Map<string, Grant>;
  consents: Consents;
  armedSignIns: ArmedSignIn[];
}

/** A state in which nobody has signed in. */
export function createEntraState(): EntraState {
  return {
    codes: new Map(),
    refreshTokens: new Map(),
    consents: createConsents(),
    armedSignIns: [],
  };
}

/** A code or refresh token of the shape that this Entra gives; what is in it is none of the client's business. */
export function newSecretText(kind: 'code' | 'refreshToken'): string {
  return `${prefixes[kind]}${randomBytes(48).toString('base64url')}`;
}

/** Whether a text could be a code or refresh token at all; Entra tells a broken one from an unknown one. */
export function isWellFormed(kind: 'code' | 'refreshToken', text: string): boolean {
  return text.startsWith(prefixes[kind]) && /^[\w-]{64}$/.test(text.slice(prefixes[kind].length));
}

const prefixes = { code: '1.AQ-local-code.', refreshToken: '1.AQ-local-refresh.' };
