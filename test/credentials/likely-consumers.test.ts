import { describe, expect, it } from 'vitest';
import { likelyConsumersOf } from '../../shared/credentials/likely-consumers.ts';
import { CONSUMER_RULES } from '../../shared/credentials/likely-consumer-rules.ts';
import { directoryObject } from '../support/directory.ts';

const BUSINESS_CENTRAL = '996def3d-b36c-4153-8607-a6fd3c01b89f';
const DATAVERSE = '00000007-0000-0000-c000-000000000000';
const GRAPH = '00000003-0000-0000-c000-000000000000';

const systems = (overrides: Parameters<typeof directoryObject>[0]) =>
  likelyConsumersOf(directoryObject(overrides)).map(({ system }) => system);

const BY_REDIRECT_URI: Record<string, string[]> = {
  SmartConnect: ['https://login.smartconnect.com/OAuth/Callback'],
  Celigo: ['https://eu.integrator.io/connection/oauth2callback'],
  'Logic Apps': ['https://logic-apis-westeurope.consent.azure-apim.net/redirect'],
  'API Management': ['https://authorization-manager.consent.azure-apim.net/redirect/apim/contoso'],
  'Power Platform': [
    'https://global.consent.azure-apim.net/redirect/cr1a2-5fbusiness-5f5fd2',
    'https://contoso.powerappsportals.com/signin-aad',
  ],
  'Copilot Studio': ['https://token.botframework.com/.auth/web/redirect'],
  'Power BI': ['https://oauth.powerbi.com/views/oauthredirect.html'],
  'Business Central': ['https://businesscentral.dynamics.com/OAuthLanding.htm'],
  'Azure DevOps': ['https://VisualStudio/SPN565ee8dc-8c40-49f0-85ea-b7a80fc67097'],
  'GitHub Actions': ['https://github.com/contoso/orders'],
  GitLab: ['https://git.contoso.com/users/auth/azure_activedirectory_v2/callback'],
  'App Service': [
    'https://orders.contoso.com/.auth/login/aad/callback',
    'https://x.azurewebsites.net',
  ],
  'Container Apps': ['https://x.nicehill-1.westeurope.azurecontainerapps.io/callback'],
  Postman: ['https://oauth.pstmn.io/v1/browser-callback'],
  Boomi: ['https://platform.boomi.com/account/contoso-1/oauth2/callback'],
  Workato: ['https://www.workato.com/oauth/callback'],
  Zapier: ['https://zapier.com/dashboard/auth/oauth/return/App136570CLIAPI/'],
  Make: ['https://www.integromat.com/oauth/cb/azure'],
  n8n: ['https://n8n.contoso.com/rest/oauth2-credential/callback'],
  Salesforce: ['https://contoso.my.salesforce.com/services/authcallback/AzureAD'],
  ServiceNow: ['https://contoso.service-now.com/oauth_redirect.do'],
  MuleSoft: ['https://anypoint.mulesoft.com/callback'],
  SnapLogic: ['https://elastic.snaplogic.com/api/1/rest/admin/oauth2callback/x'],
  Grafana: ['https://grafana.contoso.com/login/azuread'],
  Jenkins: ['https://ci.contoso.com/securityRealm/finishLogin'],
  'A developer’s machine': [
    'http://localhost:8400',
    'http://127.0.0.1:3000/callback',
    'http://[::1]:5000/',
  ],
};

const BY_NAME: Record<string, string> = {
  SmartConnect: 'SmartConnect BC Prod',
  Celigo: 'Celigo (orders)',
  'Logic Apps': 'LogicApp invoices',
  'Power Platform': 'Power Automate orders',
  'Copilot Studio': 'HR bot (Copilot Studio)',
  'Power BI': 'PowerBI gateway',
  'Azure DevOps': 'contoso-Orders-565ee8dc-8c40-49f0-85ea-b7a80fc67097',
  'GitHub Actions': 'github-deploy',
  GitLab: 'GitLab SSO',
  'SharePoint add-in': 'SharePoint Add-in Orders',
  Terraform: 'sp-terraform-prod',
  Postman: 'Postman tests',
  Boomi: 'Boomi Atom',
  Workato: 'Workato',
  Zapier: 'zapier mail',
  Make: 'Integromat',
  n8n: 'n8n flows',
  Salesforce: 'Salesforce sync',
  ServiceNow: 'Service Now',
  KingswaySoft: 'KingswaySoft SSIS',
  Jitterbit: 'Jitterbit harmony',
  MuleSoft: 'MuleSoft',
  SnapLogic: 'SnapLogic',
  Grafana: 'grafana-prod',
  Jenkins: 'Jenkins',
};

const BY_TAG: Record<string, string> = {
  'Copilot Studio': 'power-virtual-agents-5f571e91',
  'SharePoint add-in': 'acs',
  'Application Proxy': 'WindowsAzureActiveDirectoryOnPremApp',
  'A SAML application': 'WindowsAzureActiveDirectoryCustomSingleSignOnApplication',
};

describe('likelyConsumersOf', () => {
  it('says SmartConnect → Business Central, and why', () => {
    const object = directoryObject({
      displayName: 'BC Prod',
      redirectUris: ['https://login.smartconnect.com/oauth'],
      requiredResourceAppIds: [BUSINESS_CENTRAL, GRAPH],
    });
    expect(likelyConsumersOf(object)).toEqual([
      {
        system: 'SmartConnect → Business Central',
        because: 'redirect URI login.smartconnect.com/oauth',
      },
    ]);
  });

  it.each(Object.entries(BY_REDIRECT_URI))('knows %s by its redirect URI', (system, uris) => {
    for (const uri of uris) expect(systems({ redirectUris: [uri] }), uri).toEqual([system]);
  });

  it.each(Object.entries(BY_NAME))('guesses %s from a name', (system, displayName) => {
    expect(systems({ displayName })).toEqual([system]);
  });

  it.each(Object.entries(BY_TAG))('knows %s by a tag', (system, tag) => {
    expect(systems({ tags: ['WindowsAzureActiveDirectoryIntegratedApp', tag] })).toEqual([system]);
  });

  it('has an example here for every sign of every rule', () => {
    for (const { system, redirectUri, name, tag } of CONSUMER_RULES) {
      expect([system, redirectUri !== undefined]).toEqual([system, system in BY_REDIRECT_URI]);
      expect([system, name !== undefined]).toEqual([system, system in BY_NAME]);
      expect([system, tag !== undefined]).toEqual([system, system in BY_TAG]);
    }
  });

  it('names each API that a known caller asks for, and the common ones only when alone', () => {
    const redirectUris = ['https://oauth.pstmn.io/v1/callback'];
    const ask = (requiredResourceAppIds: string[]) =>
      systems({ redirectUris, requiredResourceAppIds });
    expect(ask([DATAVERSE.toUpperCase(), BUSINESS_CENTRAL, GRAPH])).toEqual([
      'Postman → Business Central',
      'Postman → Dataverse',
    ]);
    expect(ask([GRAPH])).toEqual(['Postman → Microsoft Graph']);
  });

  it('says what an unknown integration calls, but nothing for the permission that everyone asks for', () => {
    expect(systems({ requiredResourceAppIds: [BUSINESS_CENTRAL] })).toEqual([
      'An integration with Business Central',
    ]);
    expect(systems({ requiredResourceAppIds: [GRAPH] })).toEqual([]);
  });

  it('puts what a redirect URI proves before what a name suggests', () => {
    const object = {
      displayName: 'SmartConnect',
      redirectUris: ['https://www.workato.com/oauth/callback'],
    };
    expect(systems(object)).toEqual(['Workato', 'SmartConnect']);
  });

  it('is not taken in by a host that only ends alike, or by words inside of words', () => {
    expect(
      systems({
        displayName: 'Somakes Celigoland powerbilling',
        redirectUris: [
          'https://notsmartconnect.com/x',
          'https://evil.example/login.smartconnect.com',
        ],
      }),
    ).toEqual([]);
  });

  // Quadratic matching takes longer than a test has.
  it('answers for names and URIs of a hundred thousand characters', () => {
    const long = `${'-a.'.repeat(33_000)}/`;
    expect(systems({ displayName: long, redirectUris: [`https://${long}`] })).toEqual([]);
  });
});
