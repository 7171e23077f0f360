@description('Everything that makes storage and the vault of grants reachable from the app\'s network alone.')
param location string
param tags object
param networkName string
param addressPrefix string
param vaultZone string
param delegation string
param hostStorage { name: string, id: string }
param stateStorage { name: string, id: string }
param vault { name: string, id: string }

module network 'network.bicep' = {
  params: {
    name: networkName
    location: location
    tags: tags
    addressPrefix: addressPrefix
    delegation: delegation
  }
}

var kinds = ['blob', 'queue', 'table', 'vault']

module zones 'private-zone.bicep' = [
  for kind in kinds: {
    params: {
      name: kind == 'vault' ? vaultZone : 'privatelink.${kind}.${environment().suffixes.storage}'
      networkId: network.outputs.id
      tags: tags
    }
  }
]

var wanted = [
  { kind: 0, groupId: 'blob', target: hostStorage }
  { kind: 0, groupId: 'blob', target: stateStorage }
  { kind: 1, groupId: 'queue', target: stateStorage }
  { kind: 2, groupId: 'table', target: stateStorage }
  { kind: 3, groupId: 'vault', target: vault }
]

module endpoints 'private-endpoint.bicep' = [
  for one in wanted: {
    params: {
      name: '${one.target.name}-${one.groupId}'
      location: location
      tags: tags
      subnetId: network.outputs.endpointSubnetId
      zoneId: zones[one.kind].outputs.id
      targetId: one.target.id
      groupId: one.groupId
    }
  }
]

output appSubnetId string = network.outputs.appSubnetId
