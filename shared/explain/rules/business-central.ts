import type { ErrorRule } from '../rule.ts';

/** Microsoft Learn: "Error codes (Business Central API)", "Using service-to-service authentication". */
export const BUSINESS_CENTRAL_RULES: readonly ErrorRule[] = [
  {
    codes: ['Authentication_InvalidCredentials'],
    pattern: /The server has rejected the client credentials/i,
    status: 'adminActionRequired',
    title: 'Business Central does not accept the caller',
    cause:
      'Entra issued a token, so this is **not** an ended or wrong secret. Business Central does not know the application or the user, or the token is for something else. (Web service access keys no longer work online.)',
    about:
      'The card of {application} on the page "Microsoft Entra Applications" inside Business Central, or the user’s licence there.',
    steps: [
      'Without a signed-in person: open Business Central → Microsoft Entra Applications, add the client id, set State to Enabled and assign permission sets (not SUPER).',
      'With a signed-in person: check that the user exists in Business Central, has a licence and permission sets.',
      'Check that the token is for https://api.businesscentral.dynamics.com, and that tenant and environment in the service URL are the right ones.',
    ],
    retry: 'whenFixed',
    page: null,
  },
  {
    codes: ['Unauthorized'],
    status: 'misconfigured',
    title: 'The token is for another service',
    cause:
      'The API refused the token before it looked at permissions. With Business Central that is a token for the old address (api.financials.dynamics.com) or for another product.',
    about: 'The scope (resource) that the token is asked for; the secret is good.',
    steps: [
      'Ask for the scope https://api.businesscentral.dynamics.com/.default.',
      'Call https://api.businesscentral.dynamics.com/v2.0/… with that token.',
    ],
    retry: 'whenFixed',
    page: null,
    isGeneric: true,
  },
  {
    codes: [
      'BadRequest_NotFound',
      'BadRequest_ResourceNotFound',
      'BadRequest_MethodNotImplemented',
    ],
    status: 'misconfigured',
    title: 'Business Central: there is nothing at this address',
    cause: 'The path is wrong, or the API is not published in this environment. The token is fine.',
    about: 'The service URL.',
    steps: [
      'Check publisher, group, version and entity of the path letter by letter; upper and lower case count.',
      'Check that the extension with this API is installed in this environment.',
    ],
    retry: 'never',
    page: null,
  },
  {
    codes: ['RequestDataInvalid'],
    pattern: /^\W*Request data is invalid\.?\W*$/i,
    status: 'misconfigured',
    title: 'Business Central: the address cannot be read',
    cause: 'A wrong environment name or a wrong id stands in the URL.',
    about: 'The service URL.',
    steps: [
      'Compare the environment’s name with the Business Central admin center.',
      'Compare the tenant id in the URL with that of the tenant.',
    ],
    retry: 'never',
    page: null,
  },
  {
    codes: ['Internal_CompanyNotFound', 'BadRequest_CompanyNotFound'],
    status: 'misconfigured',
    title: 'Business Central: no company, or a wrong one, was named',
    cause: 'The call needs a company and its name or id is missing or does not exist.',
    about: 'The company in the service URL.',
    steps: [
      "Use Company('name') or companies(id) with the company’s **name**, not its display name, and URL-encode it.",
    ],
    retry: 'never',
    page: null,
  },
  {
    codes: ['Internal_TenantUnavailable', 'Internal_ServerError'],
    status: 'degraded',
    title: 'Business Central is not available just now',
    cause: 'The environment is restarting or being updated.',
    about: 'The environment.',
    steps: [
      'Wait {wait} and try again.',
      'Look into the Business Central admin center for an update in progress.',
    ],
    retry: 'later',
    page: null,
  },
];
