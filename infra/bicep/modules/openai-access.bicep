import { roles } from 'roles.bicep'

@description('Name of an Azure OpenAI account.')
param name string

@description('Name of the app\'s identity; it makes the names of role assignments.')
param identityName string

@description('Principal of the app\'s identity.')
param principalId string

resource account 'Microsoft.CognitiveServices/accounts@2026-07-01' existing = {
  name: name
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, identityName, roles.models)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.models)
  }
}

@description('Address of the account.')
output endpoint string = account.properties.endpoint
