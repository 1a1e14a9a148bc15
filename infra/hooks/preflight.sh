#!/bin/sh
# Before `azd up` makes anything: does the region offer what infra/bicep makes, and is there quota for the models?
# Reads the azd environment: AZURE_LOCATION, OPENAI (none, new, existing), OPENAI_RESOURCE_ID. Exits 1 and says what to change.
set -eu

# Of new accounts: model, kind of deployment and thousands of tokens per minute, as in infra/bicep/main.bicep.
models="gpt-4.1:GlobalStandard:50 gpt-4.1-mini:GlobalStandard:100"

location=${AZURE_LOCATION:-}
openai=${OPENAI:-none}
problems=0

fail() {
  echo "preflight: $1" >&2
  problems=$((problems + 1))
}

# Region names as people write them ("East US 2") and as Azure does (eastus2) are the same.
plain() { printf '%s' "$1" | tr -d '[:space:]' | tr '[:upper:]' '[:lower:]'; }

if [ -z "$location" ]; then
  echo "preflight: AZURE_LOCATION is not set. Choose a region: azd env set AZURE_LOCATION eastus2" >&2
  exit 1
fi

case $openai in
  none | new) ;;
  existing)
    [ -n "${OPENAI_RESOURCE_ID:-}" ] ||
      fail "OPENAI is 'existing', but OPENAI_RESOURCE_ID is not set: azd env set OPENAI_RESOURCE_ID /subscriptions/..."
    ;;
  *) fail "OPENAI is '$openai'. It is none, new or existing: azd env set OPENAI none" ;;
esac

if ! command -v az >/dev/null 2>&1; then
  echo "preflight: the Azure CLI (az) is not installed, so region and quota are not checked." >&2
  [ "$problems" -eq 0 ] || exit 1
  exit 0
fi

if ! az account show --output none 2>/dev/null; then
  echo "preflight: the Azure CLI is not logged in. Run: az login" >&2
  exit 1
fi

if [ -n "${AZURE_SUBSCRIPTION_ID:-}" ]; then
  az account set --subscription "$AZURE_SUBSCRIPTION_ID" ||
    { echo "preflight: there is no access to the subscription $AZURE_SUBSCRIPTION_ID." >&2; exit 1; }
fi

# offered WHAT LOCATIONS: fails where none of the locations, one a line, is the region.
offered() {
  wanted=$(plain "$location")
  printf '%s\n' "$2" | while IFS= read -r each; do
    [ "$(plain "$each")" != "$wanted" ] || echo yes
  done | grep -q yes || fail "$1 is not offered in $location. Choose another region: azd env set AZURE_LOCATION <region>. Offered in: $(printf '%s' "$2" | tr '\n' ',' | sed 's/,/, /g; s/, $//')"
}

flex=$(az functionapp list-flexconsumption-locations --query '[].name' --output tsv) ||
  { echo "preflight: the regions of Flex Consumption cannot be listed; see the error above." >&2; exit 1; }
offered "The Functions plan Flex Consumption" "$flex"

schedulers=$(az provider show --namespace Microsoft.DurableTask --query "resourceTypes[?resourceType=='schedulers'].locations[]" --output tsv) ||
  { echo "preflight: the regions of the Durable Task Scheduler cannot be listed; see the error above." >&2; exit 1; }
offered "The Durable Task Scheduler" "$schedulers"

if [ "$openai" = new ]; then
  # Lines of: name, used, limit.
  usage=$(az cognitiveservices usage list --location "$location" --query '[].[name.value, currentValue, limit]' --output tsv) ||
    { echo "preflight: the quota of Azure OpenAI in $location cannot be read; see the error above." >&2; exit 1; }
  for each in $models; do
    model=${each%%:*}
    rest=${each#*:}
    sku=${rest%%:*}
    needed=${rest#*:}
    free=$(printf '%s\n' "$usage" | awk -F '\t' -v name="OpenAI.$sku.$model" '$1 == name { print int($3 - $2) }')
    if [ -z "$free" ]; then
      fail "Azure OpenAI has no quota named OpenAI.$sku.$model in $location. Choose another region, use an account that is there (azd env set OPENAI existing), or none."
    elif [ "$free" -lt "$needed" ]; then
      fail "Azure OpenAI has $free thousand tokens per minute left for $model ($sku) in $location; $needed are needed. Free some, ask for more at https://aka.ms/oai/stuquotarequest, or choose another region."
    fi
  done
fi

[ "$problems" -eq 0 ] || exit 1
echo "preflight: $location offers what is needed."
