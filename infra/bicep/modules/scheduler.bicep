import { roles } from 'roles.bicep'

@minLength(3)
@maxLength(64)
@description('Name of the scheduler.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags { *: string }

@allowed(['Consumption', 'Dedicated'])
@description('Billing: per action, or per capacity unit.')
param sku string

@description('Name of the app\'s identity; it makes the names of role assignments.')
param identityName string

@description('Principal of the app\'s identity.')
param principalId string

@description('Whether the scheduler is reached by a private endpoint only.')
param isPrivate bool

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // An empty list denies everybody, private endpoints aside. Callers authenticate by Entra in any case.
    ipAllowlist: isPrivate ? [] : ['0.0.0.0/0']
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    sku: sku == 'Dedicated' ? { name: sku, capacity: 1 } : { name: sku }
  }

  resource hub 'taskHubs' = {
    name: loadJsonContent('../../../functions/host.json', 'extensions.durableTask.hubName')
    properties: {}
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::hub.id, identityName, roles.durableTasks)
  scope: scheduler::hub
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.durableTasks)
  }
}

@description('Address of the scheduler.')
output endpoint string = scheduler.properties.endpoint
