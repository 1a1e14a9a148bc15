// Ids of built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
@export()
@description('The built-in roles that the app needs, by what they let it do.')
var roles = {
  durableTasks: '0ad04412-c4d5-4796-b79c-f76d14c8d402'

  receiveMessages: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'

  sendMessages: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'

  blobs: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

  tables: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

  models: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd'

  telemetry: '3913510d-42f4-4e42-8a64-420c390055eb'

  secrets: '4633458b-17de-408a-b874-0445c86b69e6'
}
