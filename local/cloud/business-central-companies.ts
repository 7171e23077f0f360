import { stableId } from './stable-id.ts';

/** A company as Business Central keeps it. */
export interface Company {
  id: string;
  name: string;
  /** May be empty; then the name is shown. */
  displayName: string;
}

/** The companies of an environment, or undefined for an environment that there is not. Names ignore case. */
export function companiesOf(environment: string): Company[] | undefined {
  return environments.get(environment.toLowerCase());
}

/** "Get companies" of API v2.0. */
export function apiCompany({ id, name, displayName }: Company): Record<string, unknown> {
  return {
    id,
    systemVersion: '28.0.0.0',
    timestamp: 20_260_301,
    name,
    displayName,
    businessProfileId: '',
    systemCreatedAt: '2024-03-01T09:00:00Z',
    systemCreatedBy: '00000000-0000-0000-0000-000000000001',
    systemModifiedAt: '2024-03-01T09:00:00Z',
    systemModifiedBy: '00000000-0000-0000-0000-000000000001',
  };
}

/** The system page Company as an OData V4 web service. */
export function odataCompany({ id, name, displayName }: Company): Record<string, unknown> {
  return {
    Name: name,
    Evaluation_Company: name.startsWith('CRONUS'),
    Display_Name: displayName,
    Id: id,
    Business_Profile_Id: '',
  };
}

const environments = new Map<string, Company[]>([
  [
    'production',
    [
      company('Production', 'CRONUS', 'CRONUS International Ltd.'),
      company('Production', 'CRONUS Retail', "CRONUS Retail 'Nord' GmbH & Co."),
      company('Production', 'My Company', ''),
    ],
  ],
  ['sandbox', [company('Sandbox', 'CRONUS', 'CRONUS Sandbox')]],
]);

function company(environment: string, name: string, displayName: string): Company {
  return { id: stableId('company', environment, name), name, displayName };
}
