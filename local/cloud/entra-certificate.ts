import { createHash, X509Certificate } from 'node:crypto';
import { compactVerify } from 'jose';
import { findByAppId, type GraphObject } from './directory.ts';
import type { Assertion } from './entra-assertion.ts';
import type { ProofDeps } from './entra-clients.ts';
import { entraFault } from './entra-error.ts';

/** An assertion that the client signed with a certificate on its registration. Throws EntraFault. */
export async function checkCertificateAssertion(
  { text, header, claims }: Assertion,
  application: GraphObject,
  deps: ProofDeps,
): Promise<void> {
  if (claims.sub !== claims.iss) {
    throw entraFault(
      700021,
      `Client assertion application identifier doesn't match 'client_id' parameter.`,
    );
  }
  if (!isForThisEntra(String(claims.aud), deps)) {
    throw entraFault(
      700023,
      `Client assertion audience claim does not match Realm issuer. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .`,
    );
  }
  const used = certificatesOf(application, deps).find(({ der }) => isNamedBy(header, der));
  if (used === undefined) throw badSignature('The key was not found.', application);
  if (used.endsAt <= deps.world.now().getTime()) {
    throw badSignature('The key used is expired.', application);
  }
  try {
    await compactVerify(text, new X509Certificate(used.der).publicKey);
  } catch {
    const reason = 'The provided signature value did not match the expected signature value.';
    throw badSignature(reason, application);
  }
}

interface Certificate {
  der: Buffer;
  endsAt: number;
}

/** Certificates of application and servicePrincipal; the seed's are no certificates and match nothing. */
function certificatesOf(application: GraphObject, { home }: ProofDeps): Certificate[] {
  const appId = String(application['appId']);
  const principal = findByAppId(home.servicePrincipals, appId);
  return [application, principal]
    .flatMap((holder) => {
      const keys = holder?.['keyCredentials'];
      return Array.isArray(keys) ? (keys as Record<string, unknown>[]) : [];
    })
    .filter(({ key, usage }) => typeof key === 'string' && usage === 'Verify')
    .map(({ key, endDateTime }) => ({
      der: Buffer.from(String(key), 'base64'),
      endsAt: Date.parse(String(endDateTime)),
    }));
}

/** The header names the certificate by a thumbprint: `x5t#S256`, `x5t`, or `kid` in hexadecimal. */
function isNamedBy(header: Record<string, unknown>, der: Buffer): boolean {
  const sha1 = createHash('sha1').update(der).digest();
  const sha256 = createHash('sha256').update(der).digest();
  if (typeof header['x5t#S256'] === 'string') {
    return header['x5t#S256'] === sha256.toString('base64url');
  }
  if (typeof header['x5t'] === 'string') return header['x5t'] === sha1.toString('base64url');
  return String(header['kid']).toUpperCase() === sha1.toString('hex').toUpperCase();
}

/** The token endpoint or the issuer, by the tenant's id. */
function isForThisEntra(audience: string, { host, directory }: ProofDeps): boolean {
  const { tenantId, verifiedDomain } = directory;
  return [tenantId, verifiedDomain].some((tenant) => {
    const base = `https://${host}/${tenant}`;
    return [`${base}/oauth2/v2.0/token`, `${base}/v2.0`].includes(audience);
  });
}

function badSignature(reason: string, application: GraphObject): Error {
  const appId = String(application['appId']);
  return entraFault(
    700027,
    `Client assertion contains an invalid signature. [Reason - ${reason}, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${appId}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/${appId}'].`,
  );
}
