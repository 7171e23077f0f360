/** People of a tenant with one administrator role each, and one with none ("Microsoft Entra built-in roles"). */
export const ADMINISTRATORS = [
  {
    id: 'u-global',
    userPrincipalName: 'global@contoso.example',
    directoryRoles: ['Global Administrator'],
  },
  {
    id: 'u-apps',
    userPrincipalName: 'apps@contoso.example',
    directoryRoles: ['Cloud Application Administrator'],
  },
  {
    id: 'u-roles',
    userPrincipalName: 'roles@contoso.example',
    directoryRoles: ['Privileged Role Administrator'],
  },
  { id: 'u-nobody', userPrincipalName: 'nobody@contoso.example' },
];
