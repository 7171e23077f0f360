@description('Every setting of the app, and of the platform only what the app needs. Empty ones count as not set.')
param appName string
param planKind string
param platform {
  hostBlobUrl: string
  hostClientId: string
  insightsConnectionString: string
}
param product {
  publicUrl: string
  cloud: string
  storage: { blobUrl: string, queueUrl: string, tableUrl: string }
  storageClientId: string
  vaultUrl: string
  monitorClientId: string
  brokerClientId: string
  watchedVaults: string
  channelVaultUrl: string
}
param chosen chosenSettings

@export()
@description('What an operator chooses, as in the README\'s table of settings.')
type chosenSettings = {
  tenants: string
  tenantsClientId: string
  selfRenewingNames: string
  apiClientId: string
  keys: string
  checkSchedule: string
  signInActivity: string
  timeZone: string
  alerts: string
  thresholdDays: string
  mailFrom: string
  mailTransport: string
  teams: bool
  webhookUrl: string
  fallbackRecipients: string
  escalationRecipients: string
  operationsRecipients: string
  recipientDomains: string
  allClear: string
  allowedHosts: string
  tokensPerMinute: string
  acceptedEnvironment: string
}

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: appName
}

var everywhere = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${platform.hostClientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: platform.insightsConnectionString
  AzureWebJobsDisableHomepage: 'true'
  AzureWebJobsStorage__blobServiceUri: platform.hostBlobUrl
  AzureWebJobsStorage__clientId: platform.hostClientId
  AzureWebJobsStorage__credential: 'managedidentity'
  KEYTURN_PUBLIC_URL: product.publicUrl
  KEYTURN_CLOUD: product.cloud
  KEYTURN_HOME_TENANT: tenant().tenantId
  KEYTURN_TENANTS: chosen.tenants
  KEYTURN_WATCHED_VAULTS: product.watchedVaults
  KEYTURN_SELF_RENEWING_NAMES: chosen.selfRenewingNames
  KEYTURN_STORAGE__blobServiceUri: product.storage.blobUrl
  KEYTURN_STORAGE__queueServiceUri: product.storage.queueUrl
  KEYTURN_STORAGE__tableServiceUri: product.storage.tableUrl
  KEYTURN_STORAGE__credential: 'managedidentity'
  KEYTURN_STORAGE__clientId: product.storageClientId
  KEYTURN_VAULT_URL: product.vaultUrl
  KEYTURN_MONITOR_CLIENT_ID: product.monitorClientId
  KEYTURN_BROKER_CLIENT_ID: product.brokerClientId
  KEYTURN_TENANTS_CLIENT_ID: chosen.tenantsClientId
  KEYTURN_API_AUDIENCE: chosen.apiClientId
  KEYTURN_KEYS: chosen.keys
  KEYTURN_CHECK_SCHEDULE: chosen.checkSchedule
  KEYTURN_SIGN_IN_ACTIVITY: chosen.signInActivity
  KEYTURN_TIME_ZONE: chosen.timeZone
  KEYTURN_ALERTS: chosen.alerts
  KEYTURN_THRESHOLD_DAYS: chosen.thresholdDays
  KEYTURN_MAIL_FROM: chosen.mailFrom
  KEYTURN_MAIL_TRANSPORT: chosen.mailTransport == 'vault'
    ? inVault(product.channelVaultUrl, 'mail-transport')
    : chosen.mailTransport
  KEYTURN_TEAMS_WEBHOOK_URL: chosen.teams ? inVault(product.channelVaultUrl, 'teams-webhook-url') : ''
  KEYTURN_WEBHOOK_URL: chosen.webhookUrl
  KEYTURN_WEBHOOK_SECRETS: empty(chosen.webhookUrl) ? '' : inVault(product.channelVaultUrl, 'webhook-secrets')
  KEYTURN_FALLBACK_RECIPIENTS: chosen.fallbackRecipients
  KEYTURN_ESCALATION_RECIPIENTS: chosen.escalationRecipients
  KEYTURN_OPERATIONS_RECIPIENTS: chosen.operationsRecipients
  KEYTURN_RECIPIENT_DOMAINS: chosen.recipientDomains
  KEYTURN_ALL_CLEAR: chosen.allClear
  KEYTURN_ALLOWED_HOSTS: chosen.allowedHosts
  KEYTURN_TOKENS_PER_MINUTE: chosen.tokensPerMinute
  KEYTURN_ACCEPTED_ENVIRONMENT: chosen.acceptedEnvironment
}

// Flex Consumption takes these as properties of the app and refuses them here.
var dedicated = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'node'
  WEBSITE_RUN_FROM_PACKAGE: '1'
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: planKind == 'dedicated' ? union(everywhere, dedicated) : everywhere
}

func inVault(vaultUrl string, name string) string => '@Microsoft.KeyVault(SecretUri=${vaultUrl}secrets/${name})'
