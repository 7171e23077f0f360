/**
 * What kind of thing probably uses an application, as data: add a rule here and a line for it in its test. First
 * matches come first in the answer. A redirect URI is the strongest sign, since it only works for that system; a name
 * is the weakest.
 */
export interface ConsumerRule {
  /** For people: the product that keeps the secret. */
  system: string;
  /** Over `{host}{path}` in lower case, without scheme, port, query and fragment. */
  redirectUri?: RegExp;
  /** Over the display name; written so that it does not match inside of other words. */
  name?: RegExp;
  tag?: RegExp;
}

/** An API that applications ask permissions for. */
export interface ApiRule {
  appId: string;
  api: string;
  /** Nearly every application asks for it, so it says nothing about who uses the secret. */
  isCommon?: boolean;
}

export const CONSUMER_RULES: readonly ConsumerRule[] = [
  {
    system: 'SmartConnect',
    redirectUri:
      /^(?:[^/]+\.)?smartconnect\.com(?:\/|$)|^[^/]*smartconnect[^/]*\.eonesolutions\.com/,
    name: /\bsmart[ _-]?connect\b/i,
  },
  {
    system: 'Celigo',
    redirectUri: /^(?:[^/]+\.)?integrator\.io(?:\/|$)/,
    name: /\bceligo\b|\bintegrator\.io\b/i,
  },
  {
    system: 'Logic Apps',
    redirectUri:
      /^logic-apis-[^/]+\.consent\.azure-apim\.(?:net|us|cn)\/|\.logic\.azure\.(?:com|us|cn)\//,
    name: /\blogic[ _-]?apps?\b/i,
  },
  {
    system: 'API Management',
    redirectUri: /^authorization-manager\.consent\.azure-apim\.(?:net|us|cn)\//,
  },
  {
    system: 'Power Platform',
    redirectUri:
      /^(?!logic-apis-|authorization-manager\.)[^/]+\.consent\.azure-apim\.(?:net|us|cn)\/|\.(?:powerapps|powerautomate|powerappsportals|powerpages)\.(?:com|us|cn|microsoft\.com)\//,
    name: /\bpower[ _-]?(?:platform|automate|apps?|pages)\b|\bms ?flow\b/i,
  },
  {
    system: 'Copilot Studio',
    redirectUri: /^(?:token|europe\.token|unitedstates\.token)\.botframework\.com\//,
    name: /\bcopilot studio\b|\bpower virtual agents?\b/i,
    tag: /^power-virtual-agents-|^AgentCreatedBy:CopilotStudio$/i,
  },
  { system: 'Power BI', redirectUri: /^oauth\.powerbi\.com\//, name: /\bpower[ _-]?bi\b/i },
  {
    system: 'Business Central',
    redirectUri: /^businesscentral\.dynamics\.com\/|\/oauthlanding\.htm$/,
  },
  {
    system: 'Azure DevOps',
    redirectUri: /^visualstudio\/spn|^(?:dev\.azure\.com|[^/]+\.visualstudio\.com)\//,
    // What a service connection names its application: {organization}-{project}-{subscription id}.
    name: /\bazure[ _-]?dev[ _-]?ops\b|\bazdo\b|-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
  },
  {
    system: 'GitHub Actions',
    redirectUri: /^github\.com\//,
    name: /\bgit[ _-]?hub\b|\bgh[ _-]?actions?\b/i,
  },
  { system: 'GitLab', redirectUri: /\/users\/auth\/(?:azure_|openid_)/, name: /\bgitlab\b/i },
  { system: 'Terraform', name: /\bterraform\b|\bopentofu\b/i },
  {
    system: 'App Service',
    redirectUri:
      /\/\.auth\/login\/aad\/callback$|\.azurewebsites\.(?:net|us)(?:\/|$)|\.azurestaticapps\.net(?:\/|$)/,
  },
  { system: 'Container Apps', redirectUri: /\.azurecontainerapps\.io(?:\/|$)/ },
  {
    system: 'Postman',
    redirectUri: /^(?:oauth\.pstmn\.io|(?:www\.|app\.)?getpostman\.com)\//,
    name: /\bpostman\b/i,
  },
  { system: 'Boomi', redirectUri: /^platform\.boomi\.com\//, name: /\bboomi\b/i },
  { system: 'Workato', redirectUri: /^(?:[^/]+\.)?workato\.com\//, name: /\bworkato\b/i },
  { system: 'Zapier', redirectUri: /^(?:[^/]+\.)?zapier\.com\//, name: /\bzapier\b/i },
  {
    system: 'Make',
    redirectUri: /^(?:[^/]+\.)?(?:integromat|make)\.com\/oauth\//,
    name: /\bintegromat\b|\bmake\.com\b/i,
  },
  { system: 'n8n', redirectUri: /\/rest\/oauth2-credential\/callback$/, name: /\bn8n\b/i },
  {
    system: 'Salesforce',
    redirectUri: /\.(?:salesforce|force)\.com\/services\/authcallback\//,
    name: /\bsalesforce\b/i,
  },
  {
    system: 'ServiceNow',
    redirectUri: /\.service-now\.com\//,
    name: /\bservice[ _-]?now\b/i,
  },
  { system: 'KingswaySoft', name: /\bkingsway[ _-]?soft\b/i },
  { system: 'Jitterbit', name: /\bjitterbit\b/i },
  { system: 'MuleSoft', redirectUri: /\.mulesoft\.com\//, name: /\bmulesoft\b/i },
  { system: 'SnapLogic', redirectUri: /\.snaplogic\.com\//, name: /\bsnaplogic\b/i },
  { system: 'Grafana', redirectUri: /\/login\/azuread$/, name: /\bgrafana\b/i },
  { system: 'Jenkins', redirectUri: /\/securityrealm\/finishlogin$/, name: /\bjenkins\b/i },
  { system: 'Application Proxy', tag: /^WindowsAzureActiveDirectoryOnPremApp$/i },
  // Azure ACS, the older kind of sign-in: it has steps of its own, since it uses the oldest secret.
  { system: 'SharePoint add-in', tag: /^acs$/i, name: /\bsharepoint add-?in\b/i },
  {
    system: 'A SAML application',
    tag: /^WindowsAzureActiveDirectory(?:CustomSingleSignOnApplication|GalleryApplication)/i,
  },
  {
    system: 'A developer’s machine',
    redirectUri: /^(?:localhost|127\.0\.0\.1|\[::1\])(?:\/|$)/,
  },
];

/** appIds as Microsoft Learn, "Verify first-party Microsoft applications in sign-in reports", lists them. */
export const API_RULES: readonly ApiRule[] = [
  { appId: '996def3d-b36c-4153-8607-a6fd3c01b89f', api: 'Business Central' },
  { appId: '00000007-0000-0000-c000-000000000000', api: 'Dataverse' },
  { appId: '00000015-0000-0000-c000-000000000000', api: 'Dynamics 365 Finance and Operations' },
  { appId: '499b84ac-1321-427f-aa17-267ca6975798', api: 'Azure DevOps' },
  { appId: '00000009-0000-0000-c000-000000000000', api: 'Power BI' },
  { appId: '475226c6-020e-4fb2-8a90-7a972cbfc1d4', api: 'Power Apps' },
  { appId: '7df0a125-d3be-4c96-aa54-591f83ff541c', api: 'Power Automate' },
  { appId: '8578e004-a5c6-46e7-913e-12f58912df43', api: 'Power Platform' },
  { appId: '00000003-0000-0ff1-ce00-000000000000', api: 'SharePoint' },
  { appId: '00000002-0000-0ff1-ce00-000000000000', api: 'Exchange Online' },
  { appId: 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093', api: 'Key Vault' },
  { appId: 'e406a681-f3d4-42a8-90b6-c2b029497af1', api: 'Azure Storage' },
  { appId: '022907d3-0f1b-48f7-badc-1ba6abab6d66', api: 'Azure SQL' },
  { appId: '797f4846-ba00-4fd7-ba43-dac1f8f63013', api: 'Azure Resource Manager', isCommon: true },
  { appId: '00000003-0000-0000-c000-000000000000', api: 'Microsoft Graph', isCommon: true },
  { appId: '00000002-0000-0000-c000-000000000000', api: 'Azure AD Graph', isCommon: true },
];
