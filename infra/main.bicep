metadata description = 'Keyturn on Azure Functions Flex Consumption: no keys, one role per thing that is used.'

@description('Prefix of every name: small letters, digits and hyphens.')
@minLength(3)
@maxLength(12)
param name string = 'keyturn'

@description('Names of single resources that are to differ: app, plan, hostStorage, stateStorage, vault, channelVault, hostIdentity, monitorIdentity, brokerIdentity, workspace, insights, network.')
param names object = {}

@description('Where everything goes. Flex Consumption is not in every region.')
param location string = resourceGroup().location
@description('Tags of everything.')
param tags object = {}

@description('The Microsoft cloud of all tenants. auto: the one that this is deployed to. usGovDod has to be named.')
@allowed(['auto', 'public', 'usGov', 'usGovDod', 'china'])
param cloud string = 'auto'

@description('The address at which people reach Keyturn. Empty: the one that Azure gives the app.')
param publicUrl string = ''

@description('Application (client) ID of the API registration, once there is one. Empty: only Keyturn keys open the API.')
param apiClientId string = ''

@description('App Service Authentication in front, where there is an API registration. Everybody passes; Keyturn decides. Off where programs of other tenants bring their own tokens.')
param appServiceAuthentication bool = true

@description('Whether Keyturn keys are accepted. The first one is made with the host master key.')
@allowed(['on', 'off'])
param keys string = 'on'

@description('Tenants to watch, separated by commas: GUIDs, or home.')
param tenants string = 'home'

@description('Application (client) ID of a registration for many tenants, which trusts the identity of the monitor.')
param tenantsClientId string = ''

@description('Resource IDs of key vaults to watch: the monitor gets Key Vault Reader on each.')
param watchedVaultIds string[] = []

@description('Names of secrets that a job of your own replaces, separated by commas, * for anything.')
param selfRenewingNames string = ''

@description('When all tenants are checked, in UTC: second minute hour day month weekday.')
param checkSchedule string = '0 0 2 * * *'

@description('on: reads when secrets were last used (AuditLog.Read.All, Premium licence, public cloud).')
@allowed(['on', 'off'])
param signInActivity string = 'off'

@description('IANA zone in which messages name days and hours.')
param timeZone string = 'UTC'

@description('preview tells nobody, operations tells operations only, live tells owners.')
@allowed(['preview', 'operations', 'live'])
param alerts string = 'preview'

@description('Days before the end on which someone is told; for a kind of its own: 60,30;certificate=60,30,7.')
param thresholdDays string = '60,30,14,7,3,1,0'

@description('The mailbox that messages come from. Empty: no mail, and no Mail.Send.')
param mailFrom string = ''

@description('graph, none, or vault: through a mail server whose address is a secret in the channel vault. Empty: graph where there is a mailbox.')
@allowed(['', 'graph', 'none', 'vault'])
param mailTransport string = ''

@secure()
@description('For mailTransport = vault: smtp://user:password@host:587. Leave empty later to keep what is in the vault.')
param mailServer string = ''

@description('Whether cards go to a Teams workflow, whose address is a secret in the channel vault.')
param teams bool = false

@secure()
@description('For teams: the whole address of the workflow. Leave empty later to keep what is in the vault.')
param teamsWebhookUrl string = ''

@description('Where events go, if anywhere. What they are signed with is a secret in the channel vault.')
param webhookUrl string = ''

@secure()
@description('For webhookUrl: whsec_…, several separated by commas. Leave empty later to keep what is in the vault.')
param webhookSecrets string = ''

@description('Told where nobody else can be; mail addresses, separated by commas.')
param fallbackRecipients string = ''
@description('Told as well from one day before the end.')
param escalationRecipients string = ''

@description('Who runs Keyturn. They get its own reports, and the alerts of Azure Monitor.')
param operationsRecipients string = ''

@description('Domains that addresses written on applications may be in. Empty: the verified domains of the tenant.')
param recipientDomains string = ''

@description('on: operations get a mail after every night that found nothing.')
@allowed(['on', 'off'])
param allClear string = 'off'

@description('Hosts with private addresses that may be called, separated by commas.')
param allowedHosts string = ''
@description('Tokens of one connection that one caller gets in a minute from each instance.')
param tokensPerMinute string = ''

@description('Environment variables that could redirect requests and are meant; any other stops Keyturn.')
param acceptedEnvironment string = ''

@description('Address of released-package.zip, to publish the code as well. Empty: publish it afterwards.')
@secure()
param packageUri string = ''

@description('flex: Flex Consumption. dedicated: an App Service plan, for regions without it. auto: flex in the public cloud.')
@allowed(['auto', 'flex', 'dedicated'])
param plan string = 'auto'

@description('Size of the App Service plan, for dedicated.')
param planSku string = 'B1'

@description('Node.js line.')
@allowed(['22', '24'])
param nodeVersion string = '22'

@description('Memory of an instance. 512 is enough for a tenant of some thousand applications.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances there may be at most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that are always ready for HTTP. 0: the first token request after a pause waits for a start.')
@minValue(0)
@maxValue(20)
param alwaysReadyHttp int = 0

@description('Redundancy of what Keyturn keeps.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param stateStorageSku string = 'Standard_LRS'

@description('Nobody, not even an owner, can empty the vault of grants before its days are over. Cannot be taken back.')
param purgeProtection bool = true

@description('Brings back vaults of these names that were deleted; a vault that never was cannot be brought back.')
param recoverVaults bool = false

@description('Days that deleted secrets and vaults can be brought back.')
@minValue(7)
@maxValue(90)
param softDeleteDays int = 90

@description('Days that logs and the audit of the vaults are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Whether Application Insights takes telemetry with its key, too. Only if its availability test reports nothing.')
param telemetryByKey bool = false

@description('GB of telemetry a day; -1 for no limit. Past it the alerts that ask for proof of life fire.')
param logDailyQuotaGb int = 1

@description('Storage and the vault of grants get private addresses and no others.')
param privateNetworking bool = false

@description('At least a /25.')
param networkAddressPrefix string = '10.87.0.0/24'

@description('Where /api/health is called from. Empty: two places of the cloud.')
param availabilityLocations string[] = []

var clouds = loadJsonContent('clouds.json')
var cloudOf = { AzureCloud: 'public', AzureUSGovernment: 'usGov', AzureChinaCloud: 'china' }
var cloudName = cloud == 'auto' ? cloudOf[environment().name] : cloud
var planKind = plan == 'auto' ? clouds[cloudName].plan : plan
var base = toLower('${name}-${take(uniqueString(resourceGroup().id, name), 6)}')
var used = union(
  {
    app: base
    plan: '${base}-plan'
    hostStorage: '${replace(base, '-', '')}host'
    stateStorage: '${replace(base, '-', '')}state'
    vault: '${base}-kv'
    channelVault: '${base}-ch'
    hostIdentity: '${base}-host'
    monitorIdentity: '${base}-monitor'
    brokerIdentity: '${base}-broker'
    workspace: '${base}-logs'
    insights: '${base}-insights'
    network: '${base}-network'
  },
  names
)
var packageContainer = 'packages'

module platform 'modules/platform.bicep' = {
  params: {
    names: used
    location: location
    tags: tags
    packageContainer: packageContainer
    stateStorageSku: stateStorageSku
    vaultRules: {
      softDeleteDays: softDeleteDays
      purgeProtection: purgeProtection
      isRecovered: recoverVaults
    }
    logs: { retentionDays: logRetentionDays, dailyQuotaGb: logDailyQuotaGb, isKeyTaken: telemetryByKey }
    isPrivate: privateNetworking
    delegation: planKind == 'flex' ? 'Microsoft.App/environments' : 'Microsoft.Web/serverFarms'
    addressPrefix: networkAddressPrefix
    vaultZone: clouds[cloudName].vaultZone
    watchedVaultIds: watchedVaultIds
    channels: { isVaultUsed: mailTransport == 'vault' || teams || !empty(webhookUrl) }
    mailServer: mailServer
    teamsWebhookUrl: teamsWebhookUrl
    webhookSecrets: webhookSecrets
  }
}

module service 'modules/service.bicep' = {
  params: {
    names: { app: used.app, plan: used.plan }
    location: location
    tags: tags
    identities: { host: platform.outputs.host, monitor: platform.outputs.monitor, broker: platform.outputs.broker }
    storage: {
      hostBlobUrl: platform.outputs.hostBlobUrl
      packageContainer: packageContainer
      state: platform.outputs.stateUrls
    }
    vaults: {
      grantsUrl: platform.outputs.vaultUrl
      channelsUrl: platform.outputs.channelVaultUrl
      watched: join(map(watchedVaultIds, id => last(split(id, '/'))), ',')
    }
    insights: { id: platform.outputs.insightsId, connectionString: platform.outputs.insightsConnectionString }
    plan: { kind: planKind, sku: planSku, nodeVersion: nodeVersion }
    scale: {
      instanceMemoryMB: instanceMemoryMB
      maximumInstanceCount: maximumInstanceCount
      alwaysReadyHttp: alwaysReadyHttp
    }
    subnetId: platform.outputs.appSubnetId
    publicUrl: publicUrl
    cloud: {
      name: cloudName
      loginUrl: clouds[cloudName].loginUrl
      availabilityLocations: empty(availabilityLocations)
        ? clouds[cloudName].availabilityLocations
        : availabilityLocations
    }
    appServiceAuthentication: appServiceAuthentication
    packageUri: packageUri
    chosen: {
      tenants: tenants
      tenantsClientId: tenantsClientId
      selfRenewingNames: selfRenewingNames
      apiClientId: apiClientId
      keys: keys
      checkSchedule: checkSchedule
      signInActivity: signInActivity
      timeZone: timeZone
      alerts: alerts
      thresholdDays: thresholdDays
      mailFrom: mailFrom
      mailTransport: mailTransport
      teams: teams
      webhookUrl: webhookUrl
      fallbackRecipients: fallbackRecipients
      escalationRecipients: escalationRecipients
      operationsRecipients: operationsRecipients
      recipientDomains: recipientDomains
      allClear: allClear
      allowedHosts: allowedHosts
      tokensPerMinute: tokensPerMinute
      acceptedEnvironment: acceptedEnvironment
    }
  }
}

output appName string = service.outputs.appName
output publicUrl string = service.outputs.publicUrl
output redirectUri string = '${service.outputs.publicUrl}/oauth/callback'
output vaultUrl string = platform.outputs.vaultUrl
output channelVaultName string = platform.outputs.channelVaultName
output monitorClientId string = platform.outputs.monitor.clientId
output monitorPrincipalId string = platform.outputs.monitor.principalId
output brokerClientId string = platform.outputs.broker.clientId
output brokerPrincipalId string = platform.outputs.broker.principalId
