import { defaultSettings } from 'app-settings.bicep'
import { vaultEntries } from 'types.bicep'

@minLength(2)
@maxLength(60)
@description('Name of the app, and the first part of its host name.')
param name string

@description('Name of the plan.')
param planName string

@description('Region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Resource id of the app\'s identity.')
param identityId string

@description('Client id of the app\'s identity.')
param identityClientId string

@description('The storage account of the app and of its host.')
param storageName string

@description('The container that the package is deployed to.')
param deploymentContainer string

@description('Host name of the Service Bus namespace.')
param serviceBusHost string

@description('Address of the Durable Task Scheduler.')
param schedulerEndpoint string

@description('Name of Application Insights.')
param insightsName string

@description('Address of Azure OpenAI; empty where there is none.')
param openAiEndpoint string

@description('Address of an OTLP collector; empty where there is none.')
param otlpEndpoint string

@description('Client id of the Entra app registration of callers; empty where callers have function keys only.')
param authClientId string

@description('Address of the Key Vault; empty where there is none.')
param vaultUri string

@description('Settings whose values are in the vault, with their names there.')
param vaultSettings vaultEntries

@description('Further settings, over those of this module.')
param appSettings { *: string }

@description('Most instances.')
param maximumInstanceCount int

@description('Memory of an instance, in MB.')
param instanceMemoryMB int

@description('Instances that are always ready for HTTP calls.')
param alwaysReadyInstances int

@description('The subnet of the app\'s instances; empty outside a network.')
param subnetId string

resource storage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var identitySettings = {
  AZURE_CLIENT_ID: identityClientId

  // Of the Functions host: keys, leases, the timer's schedule.
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId

  // Of the app's stores.
  Storage__blobServiceUri: storage.properties.primaryEndpoints.blob
  Storage__tableServiceUri: storage.properties.primaryEndpoints.table
  Storage__credential: 'managedidentity'
  Storage__clientId: identityClientId

  ServiceBus__fullyQualifiedNamespace: serviceBusHost
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identityClientId

  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'

  // It names the resource and opens nothing: without local authentication, telemetry is taken from the identity only.
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'

  AZURE_OPENAI_ENDPOINT: openAiEndpoint

  Principals__Source: empty(authClientId) ? '' : 'easyAuth'
}

var telemetrySettings = { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint }

var vaultReferences = toObject(
  items(vaultSettings),
  entry => entry.key,
  entry => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${entry.?value})'
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    clientAffinityEnabled: false
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyInstances }]
      }
    }
    siteConfig: {
      // No origin is allowed: a browser's page of somebody else cannot call the API.
      cors: { allowedOrigins: [], supportCredentials: false }
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(defaultSettings, identitySettings, telemetrySettings, appSettings, vaultReferences)
  }

  // Entra vouches for callers that bring a token. Without one, a function key of a tenant (Tenants:Keys) still opens what is open to
  // all of that tenant, and the app itself refuses what needs a person, and every other key.
  resource auth 'config' = if (!empty(authClientId)) {
    name: 'authsettingsV2'
    properties: {
      globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: authClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: { allowedAudiences: [authClientId, 'api://${authClientId}'] }
        }
      }
      login: { tokenStore: { enabled: false } }
      platform: { enabled: true }
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Address of the app.')
output uri string = 'https://${app.properties.defaultHostName}'
