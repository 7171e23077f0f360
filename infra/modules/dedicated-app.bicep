import { siteRules } from 'site-rules.bicep'

@description('The app on an App Service plan, for clouds and regions without Flex Consumption.')
param names { plan: string, app: string }
param location string
param tags object
param hostIdentityId string
param identityIds string[]
param nodeVersion string
param sku string
param subnetId string

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: names.plan
  location: location
  tags: tags
  kind: 'linux'
  sku: { name: sku }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: names.app
  location: location
  tags: union(tags, { 'azd-service-name': 'keyturn' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: toObject(identityIds, id => id, id => {})
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: hostIdentityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // Timers run only while the app is loaded, and here nothing else loads it.
    siteConfig: union(siteRules, {
      linuxFxVersion: 'NODE|${nodeVersion}'
      alwaysOn: true
      // There is none on Flex Consumption, which refuses the property.
      ftpsState: 'Disabled'
      vnetRouteAllEnabled: true
    })
  }
}

output name string = app.name
output hostName string = app.properties.defaultHostName
