# Before `azd up` makes anything: does the region offer what infra/bicep makes, and is there quota for the models? As preflight.sh.
$ErrorActionPreference = 'Stop'

# Of new accounts: model, kind of deployment and thousands of tokens per minute, as in infra/bicep/main.bicep.
$models = 'gpt-4.1:GlobalStandard:50 gpt-4.1-mini:GlobalStandard:100'

$location = $env:AZURE_LOCATION
$openai = if ($env:OPENAI) { $env:OPENAI } else { 'none' }
$script:problems = 0

function Fail([string] $message) {
    [Console]::Error.WriteLine("preflight: $message")
    $script:problems++
}

function Stop-Here([string] $message) {
    [Console]::Error.WriteLine("preflight: $message")
    exit 1
}

function Plain([string] $name) { ($name -replace '\s', '').ToLowerInvariant() }

if (-not $location) { Stop-Here 'AZURE_LOCATION is not set. Choose a region: azd env set AZURE_LOCATION eastus2' }

switch ($openai) {
    { $_ -in 'none', 'new' } { break }
    'existing' {
        if (-not $env:OPENAI_RESOURCE_ID) {
            Fail "OPENAI is 'existing', but OPENAI_RESOURCE_ID is not set: azd env set OPENAI_RESOURCE_ID /subscriptions/..."
        }
        break
    }
    default { Fail "OPENAI is '$openai'. It is none, new or existing: azd env set OPENAI none" }
}

if (-not (Get-Command az -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine('preflight: the Azure CLI (az) is not installed, so region and quota are not checked.')
    exit [Math]::Min($script:problems, 1)
}

az account show --output none 2>$null
if ($LASTEXITCODE -ne 0) { Stop-Here 'the Azure CLI is not logged in. Run: az login' }

if ($env:AZURE_SUBSCRIPTION_ID) {
    az account set --subscription $env:AZURE_SUBSCRIPTION_ID
    if ($LASTEXITCODE -ne 0) { Stop-Here "there is no access to the subscription $($env:AZURE_SUBSCRIPTION_ID)." }
}

function Offered([string] $what, [string[]] $locations) {
    if ((Plain $location) -notin ($locations | ForEach-Object { Plain $_ })) {
        Fail "$what is not offered in $location. Choose another region: azd env set AZURE_LOCATION <region>. Offered in: $($locations -join ', ')"
    }
}

$flex = @(az functionapp list-flexconsumption-locations --query '[].name' --output tsv)
if ($LASTEXITCODE -ne 0) { Stop-Here 'the regions of Flex Consumption cannot be listed; see the error above.' }
Offered 'The Functions plan Flex Consumption' $flex

$schedulers = @(az provider show --namespace Microsoft.DurableTask --query "resourceTypes[?resourceType=='schedulers'].locations[]" --output tsv)
if ($LASTEXITCODE -ne 0) { Stop-Here 'the regions of the Durable Task Scheduler cannot be listed; see the error above.' }
Offered 'The Durable Task Scheduler' $schedulers

if ($openai -eq 'new') {
    $usage = @(az cognitiveservices usage list --location $location --query '[].[name.value, currentValue, limit]' --output tsv)
    if ($LASTEXITCODE -ne 0) { Stop-Here "the quota of Azure OpenAI in $location cannot be read; see the error above." }
    foreach ($each in $models -split ' ') {
        $model, $sku, $needed = $each -split ':'
        $line = $usage | Where-Object { ($_ -split "`t")[0] -eq "OpenAI.$sku.$model" } | Select-Object -First 1
        if (-not $line) {
            Fail "Azure OpenAI has no quota named OpenAI.$sku.$model in $location. Choose another region, use an account that is there (azd env set OPENAI existing), or none."
            continue
        }

        $parts = $line -split "`t"
        $free = [int][Math]::Truncate([double]$parts[2] - [double]$parts[1])
        if ($free -lt [int]$needed) {
            Fail "Azure OpenAI has $free thousand tokens per minute left for $model ($sku) in $location; $needed are needed. Free some, ask for more at https://aka.ms/oai/stuquotarequest, or choose another region."
        }
    }
}

if ($script:problems -gt 0) { exit 1 }
Write-Output "preflight: $location offers what is needed."
