import { modelDeployment } from 'types.bicep'

@minLength(2)
@maxLength(64)
@description('Name of the account, and the first part of its host name.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags { *: string }

@description('What is deployed in it.')
param deployments modelDeployment[]

@description('Name of the app\'s identity; it makes the names of role assignments.')
param identityName string

@description('Principal of the app\'s identity.')
param principalId string

@description('Whether the account is reached by a private endpoint only.')
param isPrivate bool

resource account 'Microsoft.CognitiveServices/accounts@2026-07-01' = {
  name: name
  location: location
  tags: tags
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: name
    disableLocalAuth: true
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow' }
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }

  // One at a time: the account refuses a second change while one is under way.
  @batchSize(1)
  resource deployment 'deployments' = [
    for each in deployments: {
      name: each.name
      sku: { name: each.sku, capacity: each.capacity }
      properties: {
        model: { format: 'OpenAI', name: each.model, version: each.version }
        versionUpgradeOption: 'OnceCurrentVersionExpired'
      }
    }
  ]
}

module access 'openai-access.bicep' = {
  params: { name: account.name, identityName: identityName, principalId: principalId }
}

@description('Address of the account.')
output endpoint string = account.properties.endpoint
