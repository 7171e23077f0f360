import { stableId } from './stable-id.ts';

/** The appId of a seeded application, for what names one from elsewhere. */
export function seedAppId(displayName: string): string {
  return stableId('appId', displayName);
}

interface Api {
  resourceAppId: string;
  scopeId: string;
}

/** Dynamics 365 Business Central, user_impersonation. */
export const businessCentral: Api = {
  resourceAppId: '996def3d-b36c-4153-8607-a6fd3c01b89f',
  scopeId: '2fb13c28-9d89-417f-9af2-ec3065bc16e6',
};

/** Dynamics CRM (Dataverse), user_impersonation. */
export const dataverse: Api = {
  resourceAppId: '00000007-0000-0000-c000-000000000000',
  scopeId: '78ce3f0f-a1ce-49c2-8cde-64b5c0896db4',
};

/** Microsoft Graph, User.Read. */
export const microsoftGraph: Api = {
  resourceAppId: '00000003-0000-0000-c000-000000000000',
  scopeId: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
};

/** An entry of requiredResourceAccess for a delegated permission. */
export function delegated({ resourceAppId, scopeId }: Api): Record<string, unknown> {
  return { resourceAppId, resourceAccess: [{ id: scopeId, type: 'Scope' }] };
}
