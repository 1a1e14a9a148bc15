@export()
@sealed()
@description('A deployment of a model in Azure OpenAI.')
type modelDeployment = {
  @description('What the app calls it: a name of functions/definitions/models.yaml.')
  name: string

  @description('The model, as Azure OpenAI names it.')
  model: string

  @description('Its version.')
  version: string

  @description('Where calls are processed.')
  sku:
    | 'Standard'
    | 'GlobalStandard'
    | 'DataZoneStandard'
    | 'ProvisionedManaged'
    | 'GlobalProvisionedManaged'
    | 'DataZoneProvisionedManaged'

  @minValue(1)
  @description('Thousands of tokens per minute; provisioned units for provisioned ones.')
  capacity: int
}

@export()
@description('Settings whose values are in the Key Vault, each with the name of its entry there. The properties are those that the app itself knows; names of webhook targets and of packs are their owners\'.')
type vaultEntries = {
  @description('Signs the heads of audit logs.')
  Audit__SigningKey: string?

  @description('Of an Azure OpenAI account that takes keys; not needed where the app\'s identity has access.')
  AZURE_OPENAI_API_KEY: string?

  @description('Of an OpenAI-compatible endpoint.')
  OPENAI_API_KEY: string?

  @description('Such as Webhooks__Targets__ops__Secret, Audit__EarlierKeys__0.')
  *: string
}

@export()
@description('Something of Azure that the app reaches by a private endpoint.')
type privateService = {
  @description('Name of the resource.')
  name: string

  @description('Its type.')
  type: string

  @description('The sub-resource that the endpoint is for.')
  group: string

  @description('The private DNS zone of its host names.')
  zone: string
}
