using 'main.bicep'

// azd passes the values of its environment (azd env set NAME VALUE) as environment variables.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'agentfunctions')
param location = readEnvironmentVariable('AZURE_LOCATION', 'eastus2')
param networkIsolation = bool(readEnvironmentVariable('NETWORK_ISOLATION', 'false'))
param openAi = readEnvironmentVariable('OPENAI', 'none')
param existingOpenAiId = readEnvironmentVariable('OPENAI_RESOURCE_ID', '')
param schedulerSku = readEnvironmentVariable('SCHEDULER_SKU', 'Consumption')
param maximumInstanceCount = int(readEnvironmentVariable('MAXIMUM_INSTANCE_COUNT', '40'))
param instanceMemoryMB = int(readEnvironmentVariable('INSTANCE_MEMORY_MB', '2048'))
param alwaysReadyInstances = int(readEnvironmentVariable('ALWAYS_READY_INSTANCES', '0'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param authClientId = readEnvironmentVariable('AUTH_CLIENT_ID', '')
param otlpEndpoint = readEnvironmentVariable('OTLP_ENDPOINT', '')

// JSON objects of names and texts: azd env set APP_SETTINGS '{"Models__TimeoutSeconds":"300"}'.
param appSettings = json(readEnvironmentVariable('APP_SETTINGS', '{}'))
param vaultSettings = json(readEnvironmentVariable('VAULT_SETTINGS', '{}'))
