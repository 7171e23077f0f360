import { directoryOf } from './tenants.ts';
import { findUser } from './entra-users.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

/** "Microsoft Azure CLI", a client that every tenant knows. */
const AZURE_CLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

/** What it may do on Microsoft Graph in the name of whoever is signed in, as its tokens say. */
const SCOPES = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'AuditLog.Read.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'Directory.AccessAsUser.All',
  'email',
  'Group.ReadWrite.All',
  'openid',
  'profile',
  'User.Read.All',
  'User.ReadWrite.All',
];

const TOKEN_SECONDS = 4500;

/**
 * What `az account get-access-token --resource https://graph.microsoft.com` prints for a person (Microsoft Learn, "az
 * account"; "Access token claims reference"), so that somebody can be signed in here without a browser. Null for nobody.
 */
export async function cliToken(
  { userPrincipalName, tenantId }: { userPrincipalName: string; tenantId?: string | undefined },
  { world, signer }: { world: World; signer: TokenSigner },
): Promise<Record<string, unknown> | null> {
  const directory = directoryOf(world, tenantId ?? world.homeTenantId);
  const user = directory === undefined ? undefined : findUser(userPrincipalName, directory);
  if (directory === undefined || user === undefined) return null;
  const issuedAt = Math.floor(world.now().getTime() / 1000);
  const expiresOn = issuedAt + TOKEN_SECONDS;
  const accessToken = await signer.sign({
    aud: 'https://graph.microsoft.com',
    iss: `https://sts.windows.net/${directory.tenantId}/`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: expiresOn,
    app_displayname: 'Microsoft Azure CLI',
    appid: AZURE_CLI,
    idtyp: 'user',
    oid: user.id,
    scp: SCOPES.join(' '),
    sub: user.id,
    tid: directory.tenantId,
    unique_name: user['userPrincipalName'],
    upn: user['userPrincipalName'],
    ver: '1.0',
  });
  return {
    accessToken,
    expiresOn: new Date(expiresOn * 1000).toISOString(),
    expires_on: expiresOn,
    tenant: directory.tenantId,
    tokenType: 'Bearer',
  };
}
