import { defaultSettings } from 'app-settings.bicep'
import { roles } from 'roles.bicep'

@minLength(3)
@maxLength(24)
@description('Name of the account.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Name of the app\'s identity; it makes the names of role assignments.')
param identityName string

@description('Principal of the app\'s identity.')
param principalId string

@description('Whether the account is reached by private endpoints only.')
param isPrivate bool

var deploymentContainer = 'deployments'

@description('The app\'s package; payloads of runs and files of threads.')
var containers = [deploymentContainer, defaultSettings.Storage__Container]

@description('What runs are recorded in; see functions/Storage/Tables.')
var tables = map(
  ['Approvals', 'Definitions', 'Index', 'Memory', 'Runs', 'Schedules', 'Shared', 'Threads', 'Trees', 'Waiting'],
  table => '${defaultSettings.Storage__TablePrefix}${table}'
)

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
      deleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource container 'containers' = [
      for each in containers: {
        name: each
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource table 'tables' = [for each in tables: { name: each }]
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.blobs, roles.tables]: {
    name: guid(account.id, identityName, role)
    scope: account
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

@description('The container that the app\'s package is deployed to.')
output deploymentContainer string = deploymentContainer
