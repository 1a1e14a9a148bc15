targetScope = 'subscription'

import { modelDeployment, vaultEntries } from 'modules/types.bicep'

@minLength(1)
@maxLength(64)
@description('Name of the azd environment. Every resource carries it as the tag azd-env-name.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Region of every resource.')
param location string

@description('Puts storage, queue, scheduler, models and secrets behind private endpoints of a virtual network of the app. Service Bus becomes Premium, the only tier with private endpoints.')
param networkIsolation bool = false

@allowed(['none', 'new', 'existing'])
@description('Where models come from: none (an OpenAI-compatible endpoint by appSettings, or simulated models), a new Azure OpenAI account, or an existing one.')
param openAi string = 'none'

@description('Resource id of the Azure OpenAI account where openAi is existing.')
param existingOpenAiId string = ''

@description('Deployments of a new Azure OpenAI account. Their names are those of functions/definitions/models.yaml.')
param modelDeployments modelDeployment[] = [
  { name: 'gpt-4.1', model: 'gpt-4.1', version: '2025-04-14', sku: 'GlobalStandard', capacity: 50 }
  { name: 'gpt-4.1-mini', model: 'gpt-4.1-mini', version: '2025-04-14', sku: 'GlobalStandard', capacity: 100 }
]

@allowed(['Consumption', 'Dedicated'])
@description('Billing of the Durable Task Scheduler: per action, or per capacity unit (beyond 500 actions per second, or for 90 days of history).')
param schedulerSku string = 'Consumption'

@minValue(1)
@maxValue(1000)
@description('Most instances that the app scales out to.')
param maximumInstanceCount int = 40

@minValue(512)
@maxValue(4096)
@description('Memory of one instance, in MB: 512, 2048 or 4096.')
param instanceMemoryMB int = 2048

@minValue(0)
@maxValue(20)
@description('Instances that are always ready for HTTP calls; each costs money while idle.')
param alwaysReadyInstances int = 0

@description('Who is mailed by alerts; nobody where empty.')
param alertEmail string = ''

@description('Application (client) id of the Entra app registration that callers have tokens for. With it, Easy Auth is on and principals are Entra\'s.')
param authClientId string = ''

@description('Endpoint of an OTLP collector that traces and metrics go to, beside Application Insights; none where empty.')
param otlpEndpoint string = ''

@description('Further app settings, or other values of those that are set here. Names as in local.settings.sample.json, with two underscores for a colon. No secrets.')
param appSettings { *: string } = {}

@description('Settings that must not be seen: each with the name of its entry in the Key Vault of this environment, which is made where there are any.')
param vaultSettings vaultEntries = {}

var tags = { 'azd-env-name': environmentName }
var token = uniqueString(subscription().id, environmentName, location)
var needsVault = !empty(vaultSettings)
var names = {
  app: 'func-${token}'
  identity: 'id-${token}'
  logs: 'log-${token}'
  insights: 'appi-${token}'
  openAi: 'oai-${token}'
  plan: 'plan-${token}'
  scheduler: 'dts-${token}'
  serviceBus: 'sb-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  network: 'vnet-${token}'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: names.identity, location: location, tags: tags }
}

module network 'modules/network.bicep' = if (networkIsolation) {
  scope: group
  params: { name: names.network, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    logsName: names.logs
    insightsName: names.insights
    location: location
    tags: tags
    identityName: names.identity
    principalId: identity.outputs.principalId
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, insightsId: monitoring.outputs.insightsId }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    identityName: names.identity
    principalId: identity.outputs.principalId
    isPrivate: networkIsolation
  }
}

module serviceBus 'modules/servicebus.bicep' = {
  scope: group
  params: {
    name: names.serviceBus
    location: location
    tags: tags
    identityName: names.identity
    principalId: identity.outputs.principalId
    isPrivate: networkIsolation
  }
}

module scheduler 'modules/scheduler.bicep' = {
  scope: group
  params: {
    name: names.scheduler
    location: location
    tags: tags
    sku: schedulerSku
    identityName: names.identity
    principalId: identity.outputs.principalId
    isPrivate: networkIsolation
  }
}

module newOpenAi 'modules/openai.bicep' = if (openAi == 'new') {
  scope: group
  params: {
    name: names.openAi
    location: location
    tags: tags
    deployments: modelDeployments
    identityName: names.identity
    principalId: identity.outputs.principalId
    isPrivate: networkIsolation
  }
}

// Of the id of a resource: /subscriptions/{2}/resourceGroups/{4}/providers/Microsoft.CognitiveServices/accounts/{8}.
var openAiId = split(openAi == 'existing' ? existingOpenAiId : group.id, '/')

module existingOpenAi 'modules/openai-access.bicep' = if (openAi == 'existing') {
  scope: resourceGroup(openAiId[2], openAiId[4])
  params: { name: last(openAiId), identityName: names.identity, principalId: identity.outputs.principalId }
}

module vault 'modules/vault.bicep' = if (needsVault) {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    identityName: names.identity
    principalId: identity.outputs.principalId
    isPrivate: networkIsolation
  }
}

module endpoints 'modules/private-endpoints.bicep' = if (networkIsolation) {
  scope: group
  params: {
    location: location
    tags: tags
    networkId: network!.outputs.networkId
    subnetId: network!.outputs.endpointSubnetId
    services: concat(
      [
        {
          name: names.storage
          type: 'Microsoft.Storage/storageAccounts'
          group: 'blob'
          zone: 'privatelink.blob.${environment().suffixes.storage}'
        }
        {
          name: names.storage
          type: 'Microsoft.Storage/storageAccounts'
          group: 'table'
          zone: 'privatelink.table.${environment().suffixes.storage}'
        }
        {
          name: names.serviceBus
          type: 'Microsoft.ServiceBus/namespaces'
          group: 'namespace'
          zone: 'privatelink.servicebus.windows.net'
        }
        {
          name: names.scheduler
          type: 'Microsoft.DurableTask/schedulers'
          group: 'scheduler'
          zone: 'privatelink.durabletask.io'
        }
      ],
      openAi == 'new'
        ? [
            {
              name: names.openAi
              type: 'Microsoft.CognitiveServices/accounts'
              group: 'account'
              zone: 'privatelink.openai.azure.com'
            }
          ]
        : [],
      needsVault
        ? [
            {
              name: names.vault
              type: 'Microsoft.KeyVault/vaults'
              group: 'vault'
              zone: 'privatelink${environment().suffixes.keyvaultDns}'
            }
          ]
        : []
    )
  }
  dependsOn: [storage, serviceBus, scheduler, newOpenAi, vault]
}

module app 'modules/function-app.bicep' = {
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: names.storage
    deploymentContainer: storage.outputs.deploymentContainer
    serviceBusHost: serviceBus.outputs.host
    schedulerEndpoint: scheduler.outputs.endpoint
    insightsName: names.insights
    openAiEndpoint: openAi == 'new'
      ? newOpenAi!.outputs.endpoint
      : openAi == 'existing' ? existingOpenAi!.outputs.endpoint : ''
    otlpEndpoint: otlpEndpoint
    authClientId: authClientId
    vaultUri: needsVault ? vault!.outputs.uri : ''
    vaultSettings: vaultSettings
    appSettings: appSettings
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    alwaysReadyInstances: alwaysReadyInstances
    subnetId: networkIsolation ? network!.outputs.appSubnetId : ''
  }
  dependsOn: [monitoring]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    email: alertEmail
    insightsId: monitoring.outputs.insightsId
    serviceBusId: serviceBus.outputs.id
  }
}

@description('Region of the environment.')
output AZURE_LOCATION string = location

@description('Entra tenant of the environment.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Resource group of the environment.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output SERVICE_API_NAME string = names.app

@description('Base address of the HTTP API.')
output SERVICE_API_URI string = '${app.outputs.uri}/api'

@description('Name of the Durable Task Scheduler, whose dashboard shows every orchestration.')
output DURABLE_TASK_SCHEDULER_NAME string = names.scheduler

@description('Name of the Key Vault for vaultSettings; empty where there is none.')
output KEY_VAULT_NAME string = needsVault ? names.vault : ''
