import { roles } from 'roles.bicep'

@minLength(6)
@maxLength(50)
@description('Name of the namespace.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Name of the app\'s identity; it makes the names of role assignments.')
param identityName string

@description('Principal of the app\'s identity.')
param principalId string

@description('Whether the namespace is reached by a private endpoint only.')
param isPrivate bool

var tier = isPrivate ? 'Premium' : 'Standard'

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: isPrivate ? { name: tier, tier: tier, capacity: 1 } : { name: tier, tier: tier }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }

  resource runs 'queues' = {
    name: 'runs'
    properties: {
      deadLetteringOnMessageExpiration: true
      defaultMessageTimeToLive: 'P14D'
      // Long enough for a sender that tries again, short enough for a dead letter that an operator sends again.
      duplicateDetectionHistoryTimeWindow: 'PT1M'
      lockDuration: 'PT1M'
      maxDeliveryCount: 10
      requiresDuplicateDetection: true
      // A tenant's messages are a session, whose id is the partition key, too. A queue cannot be given sessions later on: see docs/deploy.md.
      enablePartitioning: !isPrivate
      requiresSession: true
    }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.receiveMessages, roles.sendMessages]: {
    name: guid(namespace::runs.id, identityName, role)
    scope: namespace::runs
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

@description('Resource id.')
output id string = namespace.id

@description('Host name of the namespace.')
output host string = split(split(namespace.properties.serviceBusEndpoint, '://')[1], ':')[0]
