import type { GraphObject } from './directory.ts';
import { entraFault } from './entra-error.ts';

/**
 * The redirect URI of a request if the application registered it for the web ("Redirect URI (reply URL) best
 * practices and limitations"): character by character, but for the port of http://localhost. Throws EntraFault.
 */
export function registeredRedirectUri(
  redirectUri: string | null,
  application: GraphObject,
): string {
  if (redirectUri !== null && URL.canParse(redirectUri)) {
    const asked = comparable(redirectUri);
    if (webRedirectUris(application).some((uri) => comparable(uri) === asked)) return redirectUri;
  }
  throw entraFault(
    50011,
    `The redirect URI '${redirectUri ?? ''}' specified in the request does not match the redirect URIs configured for the application '${String(application['appId'])}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.`,
  );
}

function webRedirectUris(application: GraphObject): string[] {
  const web = application['web'] as { redirectUris?: unknown } | null | undefined;
  return Array.isArray(web?.redirectUris) ? web.redirectUris.map(String) : [];
}

/** Path, query and scheme stay as they are written; only a missing path is completed. */
function comparable(uri: string): string {
  const withPath = uri.replace(/^(https?:\/\/[^/?#]+)(?=[?#]|$)/i, '$1/');
  return withPath.replace(/^http:\/\/localhost(:\d+)?(?=\/)/i, 'http://localhost');
}
