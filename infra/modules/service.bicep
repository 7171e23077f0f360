import { identity } from 'identities.bicep'
import { chosenSettings } from 'app-settings.bicep'

@description('The app itself: its plan, code, settings, sign-in in front, and what watches over it.')
param names { app: string, plan: string }
param location string
param tags object
param identities { host: identity, monitor: identity, broker: identity }
param storage {
  hostBlobUrl: string
  packageContainer: string
  state: { blobUrl: string, queueUrl: string, tableUrl: string }
}
param vaults { grantsUrl: string, channelsUrl: string, watched: string }
param insights { id: string, connectionString: string }
param plan { kind: string, sku: string, nodeVersion: string }
param scale {
  instanceMemoryMB: int
  maximumInstanceCount: int
  alwaysReadyHttp: int
}
param subnetId string
param publicUrl string
param cloud { name: string, loginUrl: string, availabilityLocations: string[] }
param appServiceAuthentication bool
param chosen chosenSettings
@secure()
param packageUri string

var identityIds = [
  identities.host.resourceId
  identities.monitor.resourceId
  identities.broker.resourceId
]

module flex 'flex-app.bicep' = if (plan.kind == 'flex') {
  params: {
    names: names
    location: location
    tags: tags
    hostIdentityId: identities.host.resourceId
    identityIds: identityIds
    packageUrl: '${storage.hostBlobUrl}${storage.packageContainer}'
    nodeVersion: plan.nodeVersion
    instanceMemoryMB: scale.instanceMemoryMB
    maximumInstanceCount: scale.maximumInstanceCount
    alwaysReadyHttp: scale.alwaysReadyHttp
    subnetId: subnetId
  }
}

module dedicated 'dedicated-app.bicep' = if (plan.kind == 'dedicated') {
  params: {
    names: names
    location: location
    tags: tags
    hostIdentityId: identities.host.resourceId
    identityIds: identityIds
    nodeVersion: plan.nodeVersion
    sku: plan.sku
    subnetId: subnetId
  }
}

var appName = plan.kind == 'flex' ? flex!.outputs.name : dedicated!.outputs.name
var hostName = plan.kind == 'flex' ? flex!.outputs.hostName : dedicated!.outputs.hostName
var address = empty(publicUrl) ? 'https://${hostName}' : publicUrl

module noPasswords 'no-passwords.bicep' = {
  params: { appName: appName }
}

module appSettings 'app-settings.bicep' = {
  params: {
    appName: appName
    planKind: plan.kind
    platform: {
      hostBlobUrl: storage.hostBlobUrl
      hostClientId: identities.host.clientId
      insightsConnectionString: insights.connectionString
    }
    product: {
      publicUrl: address
      cloud: cloud.name
      storage: storage.state
      storageClientId: identities.host.clientId
      vaultUrl: vaults.grantsUrl
      monitorClientId: identities.monitor.clientId
      brokerClientId: identities.broker.clientId
      watchedVaults: vaults.watched
      channelVaultUrl: vaults.channelsUrl
    }
    chosen: chosen
  }
}

module authentication 'authentication.bicep' = {
  params: {
    appName: appName
    apiClientId: appServiceAuthentication ? chosen.apiClientId : ''
    loginUrl: cloud.loginUrl
  }
}

module code 'code.bicep' = if (!empty(packageUri) && plan.kind == 'flex') {
  params: { appName: appName, location: location, packageUri: packageUri }
  dependsOn: [appSettings]
}

module alerting 'alerts.bicep' = {
  params: {
    names: { prefix: names.app, test: '${names.app}-health' }
    location: location
    tags: tags
    insightsId: insights.id
    publicUrl: address
    locations: cloud.availabilityLocations
    emails: filter(
      map(split(chosen.operationsRecipients, ','), recipient => trim(recipient)),
      recipient => !empty(recipient)
    )
  }
}

output appName string = appName
output publicUrl string = address
