@description('What Keyturn keeps, and one role for each table, queue and container: none of them is for the account.')
param accountName string
param hostPrincipalId string

var roles = loadJsonContent('../roles.json')
var state = loadJsonContent('../state.json')
var roleIds = 'Microsoft.Authorization/roleDefinitions'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: accountName
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: { cors: { corsRules: [] } }
}

@batchSize(10)
resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2023-05-01' = [
  for table in state.tables: {
    parent: tableService
    name: table
  }
]

resource useTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, index) in state.tables: {
    name: guid(tables[index].id, hostPrincipalId, roles.storageTableDataContributor)
    scope: tables[index]
    properties: {
      principalId: hostPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(roleIds, roles.storageTableDataContributor)
    }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: { cors: { corsRules: [] } }
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01' = [
  for queue in state.queues: {
    parent: queueService
    name: queue
  }
]

// Processing alone is not enough: giving a message back after a failure updates its visibility, which is a write.
resource useQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in state.queues: {
    name: guid(queues[index].id, hostPrincipalId, roles.storageQueueDataContributor)
    scope: queues[index]
    properties: {
      principalId: hostPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(roleIds, roles.storageQueueDataContributor)
    }
  }
]

resource poisonQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01' = [
  for queue in state.queues: {
    parent: queueService
    name: '${queue}-poison'
  }
]

resource fillPoisonQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in state.queues: {
    name: guid(poisonQueues[index].id, hostPrincipalId, roles.storageQueueDataMessageSender)
    scope: poisonQueues[index]
    properties: {
      principalId: hostPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(roleIds, roles.storageQueueDataMessageSender)
    }
  }
]

// Deleted means gone: a kept version of a sealed state could bring a deleted connection back.
resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    cors: { corsRules: [] }
    isVersioningEnabled: false
    deleteRetentionPolicy: { enabled: false }
    containerDeleteRetentionPolicy: { enabled: false }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = [
  for container in state.containers: {
    parent: blobService
    name: container
    properties: { publicAccess: 'None' }
  }
]

resource useContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, index) in state.containers: {
    name: guid(containers[index].id, hostPrincipalId, roles.storageBlobDataContributor)
    scope: containers[index]
    properties: {
      principalId: hostPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(roleIds, roles.storageBlobDataContributor)
    }
  }
]
