param names { host: string, monitor: string, broker: string }
param location string
param tags object

@description('Runs the app: host storage, state, telemetry, references to channel secrets. Nothing in the directory.')
resource host 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: names.host
  location: location
  tags: tags
}

@description('Reads the directory and sends mail. Its Graph permissions are the Entra administrator\'s business.')
resource monitor 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: names.monitor
  location: location
  tags: tags
}

@description('Uses the vault of grants and client secrets; applications may trust it instead of a secret.')
resource broker 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: names.broker
  location: location
  tags: tags
}

output host identity = identityOf(host.id, host.properties)
output monitor identity = identityOf(monitor.id, monitor.properties)
output broker identity = identityOf(broker.id, broker.properties)

@export()
type identity = { resourceId: string, clientId: string, principalId: string }

func identityOf(resourceId string, properties object) identity => {
  resourceId: resourceId
  clientId: properties.clientId
  principalId: properties.principalId
}
