import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { GraphObject } from './directory.ts';
import { checkCertificateAssertion } from './entra-certificate.ts';
import type { ProofDeps } from './entra-clients.ts';
import { entraFault } from './entra-error.ts';

/** A client assertion, read and not yet believed. */
export interface Assertion {
  text: string;
  header: Record<string, unknown>;
  claims: JWTPayload;
}

/**
 * Checks a client assertion (RFC 7523 §2.2): one that the client signed with a key of its registration ("Microsoft
 * identity platform application authentication certificate credentials"), or the token of someone whom it trusts
 * ("Workload identity federation"). Throws EntraFault.
 */
export async function checkAssertion(
  text: string,
  application: GraphObject,
  deps: ProofDeps,
): Promise<void> {
  const assertion = read(text);
  const { alg } = assertion.header;
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) {
    throw entraFault(
      5002738,
      `Invalid JWT token. '${String(alg)}' is not a supported signature algorithm. Supported signing algorithms are: '${ALGORITHMS.join(', ')}'`,
    );
  }
  const appId = String(application['appId']).toLowerCase();
  if (String(assertion.claims.iss).toLowerCase() === appId) {
    await checkCertificateAssertion(assertion, application, deps);
  } else {
    await checkFederatedAssertion(assertion, application, deps);
  }
  checkTime(assertion.claims, deps.world.now());
}

const ALGORITHMS = ['RS256', 'PS256'];

function read(text: string): Assertion {
  try {
    return { text, header: { ...decodeProtectedHeader(text) }, claims: decodeJwt(text) };
  } catch {
    throw entraFault(50027, 'JWT token is invalid or malformed.');
  }
}

function checkTime({ nbf, exp }: JWTPayload, now: Date): void {
  const seconds = now.getTime() / 1000;
  if (exp !== undefined && exp > seconds && (nbf ?? 0) <= seconds + CLOCK_SKEW_SECONDS) return;
  const at = (time: number | undefined) => new Date((time ?? 0) * 1000).toISOString();
  throw entraFault(
    700024,
    `Client assertion is not within its valid time range. Current time: ${now.toISOString()}, assertion valid from ${at(nbf)}, expiry time of assertion ${at(exp)}. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .`,
  );
}

const CLOCK_SKEW_SECONDS = 300;

interface Trusted {
  issuer: string;
  subject: string;
  audiences: string[];
}

/** Issuer, subject and audience are compared character by character with the application's federated credentials. */
async function checkFederatedAssertion(
  { text, claims }: Assertion,
  application: GraphObject,
  deps: ProofDeps,
): Promise<void> {
  const trusted = deps.home.federatedOf(application.id) as unknown as Trusted[];
  const byIssuer = trusted.filter(({ issuer }) => issuer === claims.iss);
  if (byIssuer.length === 0) throw noMatch(700211, 'issuer', String(claims.iss));
  const audience = String(claims.aud);
  const byAudience = byIssuer.filter(({ audiences }) => audiences.includes(audience));
  if (byAudience.length === 0) throw noMatch(700212, 'audience', audience);
  if (!byAudience.some(({ subject }) => subject === claims.sub)) {
    throw noMatch(700213, 'subject', String(claims.sub));
  }
  // Keys of other issuers cannot be read without a network: only what this Entra signed is believed.
  if ((await deps.signer.verify(text)) !== undefined) return;
  throw entraFault(
    50013,
    'Assertion failed signature validation. [Reason - The key was not found.]',
  );
}

function noMatch(number: number, part: string, value: string): Error {
  return entraFault(
    number,
    `No matching federated identity record found for presented assertion ${part} '${value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
  );
}
