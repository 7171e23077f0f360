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
param scale {
  nodeVersion: string
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

module app 'function-app.bicep' = {
  params: {
    names: names
    location: location
    tags: tags
    hostIdentityId: identities.host.resourceId
    identityIds: [
      identities.host.resourceId
      identities.monitor.resourceId
      identities.broker.resourceId
    ]
    packageUrl: '${storage.hostBlobUrl}${storage.packageContainer}'
    nodeVersion: scale.nodeVersion
    instanceMemoryMB: scale.instanceMemoryMB
    maximumInstanceCount: scale.maximumInstanceCount
    alwaysReadyHttp: scale.alwaysReadyHttp
    subnetId: subnetId
  }
}
var address = empty(publicUrl) ? 'https://${app.outputs.hostName}' : publicUrl

module appSettings 'app-settings.bicep' = {
  params: {
    appName: app.outputs.name
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
    appName: app.outputs.name
    apiClientId: appServiceAuthentication ? chosen.apiClientId : ''
    loginUrl: cloud.loginUrl
  }
}

module code 'code.bicep' = if (!empty(packageUri)) {
  params: { appName: app.outputs.name, location: location, packageUri: packageUri }
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

output appName string = app.outputs.name
output publicUrl string = address
