// The settings that the app reads, by the names of local.settings.sample.json, with the values that it has without them.
// tests/Infra.Tests holds them to the options classes of functions/ and to the sample.
@export()
@description('Settings of the app that do not depend on other resources.')
var defaultSettings = {
  // Scratch files of an instance; what has to last is in the storage account.
  DataDirectory: '/tmp/agentfunctions'

  Storage__TablePrefix: 'AgentFunctions'
  Storage__Container: 'agentfunctions-payloads'
  Storage__PollSeconds: '1'

  OPENAI_BASE_URL: ''
  Models__Table: 'definitions/models.yaml'
  Models__TimeoutSeconds: '120'
  Models__Shares__Urgent: '60'
  Models__Shares__Normal: '30'
  Models__Shares__Batch: '10'
  Models__Deployments__BurstSeconds: '2'
  Models__Deployments__RecoverySeconds: '120'
  Models__Deployments__FailuresToOpen: '5'
  Models__Deployments__BreakSeconds: '15'
  Models__Deployments__LongestBreakSeconds: '300'
  Models__Deployments__OutageSeconds: '600'
  Models__Simulated__LatencyMs: '0'
  Models__Simulated__ErrorRate: '0'
  Models__Simulated__RateLimitRate: '0'
  Models__Simulated__BadJsonRate: '0'
  Models__Simulated__Seed: '0'

  Tools__TimeoutSeconds: '60'
  Tools__Seed: '0'
  Tools__Circuit__FailureRatio: '0.9'
  Tools__Circuit__MinimumCalls: '20'
  Tools__Circuit__SamplingSeconds: '30'
  Tools__Circuit__BreakSeconds: '15'
  Tools__Http__TimeoutSeconds: '30'
  Tools__Http__MaxResponseBytes: '1048576'

  Budgets__AlertAt: '0.8'
  Budgets__PauseExpiry: 'P7D'

  Approvals__ExpiresAfter: ''
  Approvals__OnExpiry: ''
  Approvals__RemindAfter: ''
  Approvals__EscalateAfter: ''
  Approvals__EscalateTo: ''
  Approvals__Groups: ''
  Approvals__Approvers: '1'

  Tenants__Claim: 'tid'
  Tenants__Names: ''
  Tenants__Keys: ''
  Tenants__BudgetManagers: 'BudgetManager'
  Tenants__Operators: 'Operator'
  Tenants__MaxThreadUsd: '100'

  Admission__Total: '64'
  Admission__PerTenant: '48'
  Admission__MaxQueued: '20000'
  Admission__AgeingSeconds: '300'
  Admission__AdvanceSeconds: '300'
  Admission__MaxAttempts: '5'

  Webhooks__MaxAttempts: '20'
  Webhooks__RetrySeconds: '5'
  Webhooks__TimeoutSeconds: '10'

  Policies__Folder: 'definitions'
  Policies__Default: 'default'

  Telemetry__CaptureContent: 'false'
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'false'

  Limits__MaxBodyBytes: '10485760'
  Files__MaxEntries: '10000'
  Files__MaxEntryBytes: '52428800'
  Files__MaxTotalBytes: '209715200'

  Memory__MaxValueBytes: '262144'
  Memory__MaxKeys: '1000'
  Memory__MaxTotalBytes: '10485760'

  Schedules__MaxPending: '100'

  LegalAudit__Register: ''

  LogisticsStorm__Seed: '42'
  LogisticsStorm__Requests: '450'
  LogisticsStorm__CarriersUrl: 'http://127.0.0.1:7381'
  LogisticsStorm__Ledger: ''

  Logging__LogLevel__Default: 'Information'
}
