import { stableId } from './stable-id.ts';

/** The appId of a seeded application, for what names one from elsewhere. */
export function seedAppId(displayName: string): string {
  return stableId('appId', displayName);
}

interface Api {
  resourceAppId: string;
  scopeId: string;
}

/** Dynamics 365 Business Central: Financials.ReadWrite.All, user_impersonation, and the app role API.ReadWrite.All. */
export const businessCentral = {
  resourceAppId: '996def3d-b36c-4153-8607-a6fd3c01b89f',
  scopeId: '2fb13c28-9d89-417f-9af2-ec3065bc16e6',
  impersonationId: stableId('scope', 'Business Central', 'user_impersonation'),
  roleId: 'a42b0b75-311e-488d-b67e-8fe84f924341',
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

/** The entry of requiredResourceAccess of whoever works in Business Central for a person. */
export function businessCentralForPeople(): Record<string, unknown> {
  const { resourceAppId, scopeId, impersonationId } = businessCentral;
  const ids = [impersonationId, scopeId];
  return { resourceAppId, resourceAccess: ids.map((id) => ({ id, type: 'Scope' })) };
}

/** The entry of requiredResourceAccess of a program that works in Business Central by itself. */
export function businessCentralForPrograms(): Record<string, unknown> {
  const { resourceAppId, roleId } = businessCentral;
  return { resourceAppId, resourceAccess: [{ id: roleId, type: 'Role' }] };
}

/** An entry of requiredResourceAccess for a delegated permission. */
export function delegated({ resourceAppId, scopeId }: Api): Record<string, unknown> {
  return { resourceAppId, resourceAccess: [{ id: scopeId, type: 'Scope' }] };
}
