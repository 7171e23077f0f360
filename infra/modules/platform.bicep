import { identity } from 'identities.bicep'

@description('What the app stands on: identities, telemetry, storage, vaults, and optionally a network of its own.')
param names object
param location string
param tags object
param packageContainer string
param stateStorageSku string
param vaultRules { softDeleteDays: int, purgeProtection: bool, isRecovered: bool }
param logs { retentionDays: int, dailyQuotaGb: int, isKeyTaken: bool }
param isPrivate bool
param delegation string
param addressPrefix string
param vaultZone string
param watchedVaultIds string[]
param channels { isVaultUsed: bool }
@secure()
param mailServer string
@secure()
param teamsWebhookUrl string
@secure()
param webhookSecrets string

module identities 'identities.bicep' = {
  params: {
    names: { host: names.hostIdentity, monitor: names.monitorIdentity, broker: names.brokerIdentity }
    location: location
    tags: tags
  }
}
var host = identities.outputs.host
var monitor = identities.outputs.monitor
var broker = identities.outputs.broker

module telemetry 'telemetry.bicep' = {
  params: {
    names: { workspace: names.workspace, insights: names.insights }
    location: location
    tags: tags
    retentionDays: logs.retentionDays
    dailyQuotaGb: logs.dailyQuotaGb
    isKeyTaken: logs.isKeyTaken
    hostPrincipalId: host.principalId
  }
}

module hostStorage 'storage-account.bicep' = {
  params: {
    name: names.hostStorage
    location: location
    tags: tags
    sku: 'Standard_LRS'
    isPrivate: isPrivate
  }
}

module hostStorageUse 'host-storage.bicep' = {
  params: {
    accountName: hostStorage.outputs.name
    hostPrincipalId: host.principalId
    packageContainer: packageContainer
  }
}

module stateStorage 'storage-account.bicep' = {
  params: {
    name: names.stateStorage
    location: location
    tags: tags
    sku: stateStorageSku
    isPrivate: isPrivate
  }
}

module stateStorageUse 'state-storage.bicep' = {
  params: { accountName: stateStorage.outputs.name, hostPrincipalId: host.principalId }
}

module vault 'vault.bicep' = {
  params: {
    name: names.vault
    location: location
    tags: tags
    softDeleteDays: vaultRules.softDeleteDays
    purgeProtection: vaultRules.purgeProtection
    isRecovered: vaultRules.isRecovered
    isPrivate: isPrivate
    workspaceId: telemetry.outputs.workspaceId
    principalId: broker.principalId
    role: 'keyVaultSecretsOfficer'
  }
}

// A vault of its own: the broker cannot read what channels use, the host cannot read grants. It stays reachable in a
// private network, because Flex Consumption resolves no references to a vault behind a firewall.
module channelVault 'vault.bicep' = if (channels.isVaultUsed) {
  params: {
    name: names.channelVault
    location: location
    tags: tags
    softDeleteDays: vaultRules.softDeleteDays
    purgeProtection: vaultRules.purgeProtection
    isRecovered: vaultRules.isRecovered
    isPrivate: false
    workspaceId: telemetry.outputs.workspaceId
    principalId: host.principalId
    role: 'keyVaultSecretsUser'
  }
}

module channelSecrets 'channel-secrets.bicep' = if (channels.isVaultUsed) {
  params: {
    vaultName: channelVault.?outputs.name ?? ''
    mailServer: mailServer
    teamsWebhookUrl: teamsWebhookUrl
    webhookSecrets: webhookSecrets
  }
}

module watchedVaults 'watched-vault.bicep' = [
  for id in watchedVaultIds: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: { vaultName: last(split(id, '/')), principalId: monitor.principalId }
  }
]

module privateAccess 'private-access.bicep' = if (isPrivate) {
  params: {
    location: location
    tags: tags
    networkName: names.network
    addressPrefix: addressPrefix
    vaultZone: vaultZone
    delegation: delegation
    hostStorage: { name: hostStorage.outputs.name, id: hostStorage.outputs.id }
    stateStorage: { name: stateStorage.outputs.name, id: stateStorage.outputs.id }
    vault: { name: vault.outputs.name, id: vault.outputs.id }
  }
}

output host identity = host
output monitor identity = monitor
output broker identity = broker
output hostBlobUrl string = hostStorage.outputs.blobUrl
output stateUrls { blobUrl: string, queueUrl: string, tableUrl: string } = {
  blobUrl: stateStorage.outputs.blobUrl
  queueUrl: stateStorage.outputs.queueUrl
  tableUrl: stateStorage.outputs.tableUrl
}
output vaultUrl string = vault.outputs.url
output channelVaultName string = channelVault.?outputs.name ?? ''
output channelVaultUrl string = channelVault.?outputs.url ?? ''
output insightsId string = telemetry.outputs.insightsId
output insightsConnectionString string = telemetry.outputs.connectionString
output appSubnetId string = privateAccess.?outputs.appSubnetId ?? ''
