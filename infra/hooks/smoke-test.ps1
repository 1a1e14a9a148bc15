# After a deployment: the app is ready, and a simulated run goes through queue, orchestration, stores and budget. As smoke-test.sh.
$ErrorActionPreference = 'Stop'

$base = $env:SERVICE_API_URI
$patience = if ($env:SMOKE_TEST_SECONDS) { [int]$env:SMOKE_TEST_SECONDS } else { 300 }
$id = "smoke-$([DateTime]::UtcNow.ToString('yyyyMMddHHmmss'))-$PID"

function Fail([string] $message) {
    [Console]::Error.WriteLine("smoke test: $message")
    exit 1
}

if (-not $base) { Fail 'SERVICE_API_URI is not set. Run it by azd: azd hooks run postdeploy' }

$key = $env:AGENTFUNCTIONS_KEY
if (-not $key -and $env:AZURE_RESOURCE_GROUP) {
    if (-not (Get-Command az -ErrorAction SilentlyContinue)) {
        Fail 'the Azure CLI (az) is not installed; set AGENTFUNCTIONS_KEY to a function key of the app.'
    }

    $key = az functionapp keys list --resource-group $env:AZURE_RESOURCE_GROUP --name $env:SERVICE_API_NAME --query functionKeys.default --output tsv
    if ($LASTEXITCODE -ne 0) { Fail "the function key of $($env:SERVICE_API_NAME) cannot be read; see the error above, or set AGENTFUNCTIONS_KEY." }
}

$headers = if ($key) { @{ 'x-functions-key' = $key } } else { @{} }

# Whoever brings a token belongs to the tenant that the token names.
$thread = @{ threadId = $id; tenant = 'smoke-test'; budgetUsd = 0.01 }
$token = $env:AGENTFUNCTIONS_TOKEN
if (-not $token -and $env:AUTH_CLIENT_ID -and (Get-Command az -ErrorAction SilentlyContinue)) {
    $token = az account get-access-token --resource "api://$($env:AUTH_CLIENT_ID)" --query accessToken --output tsv
    if ($LASTEXITCODE -ne 0) { $token = $null }
}
if ($token) {
    $headers['Authorization'] = "Bearer $token"
    $thread.Remove('tenant')
}

function Call([string] $method, [string] $path, $body) {
    $arguments = @{ Method = $method; Uri = "$base$path"; Headers = $headers; TimeoutSec = 30; SkipHttpErrorCheck = $true }
    if ($body) { $arguments += @{ Body = ($body | ConvertTo-Json -Compress); ContentType = 'application/json' } }
    try {
        $response = Invoke-WebRequest @arguments
        [pscustomobject]@{ Status = [int]$response.StatusCode; Text = [string]$response.Content }
    }
    catch {
        [pscustomobject]@{ Status = 0; Text = $_.Exception.Message }
    }
}

$ends = [DateTime]::UtcNow.AddSeconds($patience)
$answer = Call GET '/health'
while ($answer.Status -ne 200) {
    if ([DateTime]::UtcNow -ge $ends) { Fail "$base/health answers $($answer.Status), not 200. $((Call GET '/health/details').Text)" }
    Start-Sleep -Seconds 2
    $answer = Call GET '/health'
}
Write-Output "smoke test: $base/health is ready."

$answer = Call POST '/threads' $thread
if ($answer.Status -eq 401 -and $env:AUTH_CLIENT_ID -and -not $token) {
    [Console]::Error.WriteLine('smoke test: the simulated run is left out: callers sign in by Entra, and there is no token. Set AGENTFUNCTIONS_TOKEN, or AGENTFUNCTIONS_KEY to a key that Tenants:Keys gives to smoke-test or to *.')
    exit 0
}
if ($answer.Status -ne 201) { Fail "a thread was not made: $($answer.Status). $($answer.Text)" }

$answer = Call POST "/threads/$id/runs" @{ agent = 'smoke-test'; goal = 'Say that the deployment works.' }
if ($answer.Status -ne 202) { Fail "a run was not accepted: $($answer.Status). $($answer.Text)" }
$run = ($answer.Text | ConvertFrom-Json).runId
if (-not $run) { Fail "the answer names no run. $($answer.Text)" }

$ends = [DateTime]::UtcNow.AddSeconds($patience)
while ($true) {
    $answer = Call GET "/runs/$run"
    if ($answer.Status -ne 200) { Fail "the run $run is not told: $($answer.Status). $($answer.Text)" }
    $status = ($answer.Text | ConvertFrom-Json).status
    if ($status -eq 'completed') { break }
    if ($status -in 'failed', 'canceled', 'expired') { Fail "the simulated run $run did not complete. $($answer.Text)" }
    if ([DateTime]::UtcNow -ge $ends) { Fail "the simulated run $run has not completed in $patience seconds. $($answer.Text)" }
    Start-Sleep -Seconds 1
}
Write-Output "smoke test: the simulated run $run has completed."
