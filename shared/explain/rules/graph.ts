import type { ErrorRule } from '../rule.ts';

/** Microsoft Learn: "Microsoft Graph error responses and resource types", "Microsoft Graph throttling guidance". */
export const GRAPH_RULES: readonly ErrorRule[] = [
  {
    codes: ['Authorization_RequestDenied'],
    status: 'adminActionRequired',
    title: 'Microsoft Graph: a permission is missing',
    cause:
      'The caller signed in, but holds no permission for what it asked. No secret is wrong, and trying again changes nothing.',
    about:
      'An application permission of Microsoft Graph: to list applications and their secrets it is **Application.Read.All**; for the mail addresses of owners User.ReadBasic.All.',
    steps: [
      'Give the caller (for Keyturn: its managed identity) the application permission Application.Read.All.',
      'An app registration: API permissions → Add a permission → Microsoft Graph → Application permissions, then let an administrator consent.',
      'A managed identity has no such page: `keyturn setup --apply --role entra` assigns it.',
      'Get a new token: one that was issued before does not hold the permission yet.',
    ],
    retry: 'whenFixed',
    page: 'permissions',
  },
  {
    codes: ['Request_ResourceNotFound', 'ResourceNotFound'],
    status: null,
    title: 'Microsoft Graph: the object does not exist any more',
    cause:
      'The application, enterprise application or user ({resource}) was removed, or the id belongs to another tenant.',
    about: 'One object of the directory.',
    steps: [
      'While a list is being read, skip this object: it was deleted in between.',
      'Otherwise check the id: object id, application (client) id and the id of the enterprise application are three different ones.',
      'A deleted application can be restored for 30 days: App registrations → Deleted applications.',
    ],
    retry: 'never',
    page: 'appRegistrations',
  },
  {
    codes: [
      'InvalidAuthenticationToken',
      'AuthenticationError',
      'Authentication_ExpiredToken',
      'Authentication_MissingOrMalformed',
    ],
    status: null,
    title: 'Microsoft Graph: the access token is not accepted',
    cause: 'It has ended, was issued for another service or cloud, or was cut off on its way.',
    about: 'The access token of this one request.',
    steps: [
      'Get a new token, for the resource https://graph.microsoft.com (or that of your cloud).',
      'With `az login`: run `az login` again.',
    ],
    retry: 'whenFixed',
    page: null,
  },
  {
    codes: ['Authorization_IdentityNotFound'],
    status: 'adminActionRequired',
    title: 'Microsoft Graph: the caller has no enterprise application in this tenant',
    cause: 'Nobody has consented to {application} in {tenant}.',
    about: 'The enterprise application of the caller.',
    steps: ['Let an administrator consent: {consent}', 'Check the tenant id in the settings.'],
    retry: 'whenFixed',
    page: 'enterpriseApplications',
  },
];
