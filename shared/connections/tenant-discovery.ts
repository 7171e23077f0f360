import { z } from 'zod';
import type { Cloud } from '../clouds.ts';
import type { Egress } from '../egress.ts';
import { AppError } from '../errors.ts';
import type { DraftDeps } from './connection-draft.ts';

const issuerSchema = z.object({ issuer: z.string() });
const providerSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string().optional(),
  token_endpoint: z.string(),
  jwks_uri: z.string().optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

/**
 * Looks up what a connection's own words leave open, once, when it is saved: the id of a tenant by one of its domains, and
 * the endpoints of an OpenID provider. OpenID Connect Discovery §4; RFC 9207 §3. Throws `service_unreachable` for Entra.
 */
export function providerDiscovery({
  cloud,
  egress,
  allowedHosts,
}: {
  cloud: Cloud;
  egress: Egress;
  /** Hosts on which a provider may have endpoints away from its issuer. */
  allowedHosts: readonly string[];
}): DraftDeps {
  return {
    cloud,
    tenantIdOf: async (domain) => {
      const url = `${cloud.loginUrl}/${domain}/v2.0/.well-known/openid-configuration`;
      const found = issuerSchema.safeParse(await document(egress, url));
      if (!found.success) return null;
      return (
        /\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\/v2\.0$/.exec(found.data.issuer)?.[1] ?? null
      );
    },
    discover: async (issuer) => {
      const base = issuer.replace(/\/$/, '');
      const found = providerSchema.safeParse(
        await namedDocument(egress, `${base}/.well-known/openid-configuration`),
      );
      if (!found.success || found.data.issuer !== issuer) return null;
      const { authorization_endpoint, token_endpoint, jwks_uri } = found.data;
      const isTrusted = (url: string | undefined) =>
        url === undefined || isOf(url, issuer, allowedHosts);
      if (![authorization_endpoint, token_endpoint, jwks_uri].every(isTrusted)) return null;
      return {
        issuer,
        authorizationEndpoint: authorization_endpoint ?? null,
        tokenEndpoint: token_endpoint,
        jwksUri: jwks_uri ?? null,
        sendsIssuer: found.data.authorization_response_iss_parameter_supported ?? false,
      };
    },
  };
}

/** The same from an address that somebody wrote: where it cannot be read, that is theirs to correct. */
async function namedDocument(egress: Egress, url: string): Promise<unknown> {
  try {
    return await document(egress, url);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Null for what is no such document; a host that does not answer at all is trouble that passes. */
async function document(egress: Egress, url: string): Promise<unknown> {
  const { status, text } = await egress({ url, maxBytes: 262_144 });
  if (status >= 500)
    throw new AppError('service_unreachable', `${new URL(url).origin} answered ${status}.`);
  try {
    return status === 200 ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** Security rule 21: endpoints share the issuer's origin, or their host is listed. */
function isOf(url: string, issuer: string, allowedHosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, hostname } = new URL(url);
  return (
    protocol === 'https:' && (origin === new URL(issuer).origin || allowedHosts.includes(hostname))
  );
}
