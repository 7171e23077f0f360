import type { GraphObject } from './directory.ts';
import { stableId } from './stable-id.ts';

type Json = Record<string, unknown>;

/**
 * A row of the report with the members that Microsoft Learn names ("appCredentialSignInActivity resource type", beta).
 * What is not given is looked up from whoever holds the credential.
 */
export function signInActivityShape(given: Json, holders: readonly Json[]): GraphObject {
  const { lastSignInDateTime = null, ...rest } = given;
  const keyId = String(given['keyId']);
  return {
    id: stableId('signInActivity', keyId),
    keyId,
    ...holderMembers(keyId, holders),
    servicePrincipalObjectId: null,
    resourceId: null,
    credentialOrigin: 'application',
    signInActivity: {
      lastSignInDateTime,
      lastSignInRequestId: stableId('signInRequest', keyId),
    },
    ...rest,
  };
}

const KINDS = [
  { member: 'passwordCredentials', keyType: 'clientSecret', keyUsage: 'sign' },
  { member: 'keyCredentials', keyType: 'certificate', keyUsage: 'verify' },
];

function holderMembers(keyId: string, holders: readonly Json[]): Json {
  for (const holder of holders) {
    for (const { member, keyType, keyUsage } of KINDS) {
      const list = holder[member];
      const credentials = Array.isArray(list) ? (list as Json[]) : [];
      const credential = credentials.find((one) => one['keyId'] === keyId);
      if (credential === undefined) continue;
      const { appId = null, id: appObjectId = null } = holder;
      const { startDateTime = null, endDateTime = null } = credential;
      const dates = { createdDateTime: startDateTime, expirationDateTime: endDateTime };
      return { keyType, keyUsage, appId, appObjectId, ...dates };
    }
  }
  const dates = { createdDateTime: null, expirationDateTime: null };
  return { keyType: 'clientSecret', keyUsage: 'sign', appId: null, appObjectId: null, ...dates };
}
