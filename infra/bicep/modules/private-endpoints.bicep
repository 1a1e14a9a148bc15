import { privateService } from 'types.bicep'

@description('Region.')
param location string

@description('Tags.')
param tags { *: string }

@description('The network that resolves the services\' names.')
param networkId string

@description('Where the endpoints are.')
param subnetId string

@description('What is reached privately.')
param services privateService[]

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for each in services: {
    name: each.zone
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (each, i) in services: {
    parent: zone[i]
    name: 'app'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2026-03-01' = [
  for each in services: {
    name: 'pe-${each.name}-${each.group}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: each.group
          properties: { privateLinkServiceId: resourceId(each.type, each.name), groupIds: [each.group] }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2026-03-01' = [
  for (each, i) in services: {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: each.group, properties: { privateDnsZoneId: zone[i].id } }]
    }
  }
]
