@description('Region.')
param location string

@description('Tags.')
param tags { *: string }

@description('Resource id of Application Insights.')
param insightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'agentfunctions.runs')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Agent runs'
    serializedData: string(loadJsonContent('../workbook.json'))
    sourceId: insightsId
    version: '1.0'
  }
}
