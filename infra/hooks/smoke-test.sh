#!/bin/sh
# After a deployment: the app is ready, and a simulated run goes through queue, orchestration, stores and budget. It calls no model.
# Reads the azd environment: SERVICE_API_URI, SERVICE_API_NAME, AZURE_RESOURCE_GROUP. The function key is that of the app, or
# AGENTFUNCTIONS_KEY. With Easy Auth (AUTH_CLIENT_ID) the run is started as a person of Entra, by AGENTFUNCTIONS_TOKEN or a token that az
# gets, or by a key that Tenants:Keys gives to the tenant smoke-test or to all; without either the run is left out, and said to be.
# SMOKE_TEST_SECONDS bounds the wait for each step (default 300). Exits 1 and says what went wrong.
set -eu

base=${SERVICE_API_URI:-}
patience=${SMOKE_TEST_SECONDS:-300}
id="smoke-$(date -u +%Y%m%d%H%M%S)-$$"

fail() {
  echo "smoke test: $1" >&2
  exit 1
}

[ -n "$base" ] || fail "SERVICE_API_URI is not set. Run it by azd: azd hooks run postdeploy"

key=${AGENTFUNCTIONS_KEY:-}
if [ -z "$key" ] && [ -n "${AZURE_RESOURCE_GROUP:-}" ]; then
  command -v az >/dev/null 2>&1 || fail "the Azure CLI (az) is not installed; set AGENTFUNCTIONS_KEY to a function key of the app."
  key=$(az functionapp keys list --resource-group "$AZURE_RESOURCE_GROUP" --name "$SERVICE_API_NAME" --query functionKeys.default --output tsv) ||
    fail "the function key of $SERVICE_API_NAME cannot be read; see the error above, or set AGENTFUNCTIONS_KEY."
fi

# The key goes by a file, as arguments can be seen by everybody on the machine.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
[ -z "$key" ] || printf 'header = "x-functions-key: %s"\n' "$key" >"$work/key"
[ -n "$key" ] || : >"$work/key"

# Whoever brings a token belongs to the tenant that the token names.
tenant='"tenant":"smoke-test",'
token=${AGENTFUNCTIONS_TOKEN:-}
if [ -z "$token" ] && [ -n "${AUTH_CLIENT_ID:-}" ] && command -v az >/dev/null 2>&1; then
  token=$(az account get-access-token --resource "api://$AUTH_CLIENT_ID" --query accessToken --output tsv) || token=
fi
if [ -n "$token" ]; then
  printf 'header = "Authorization: Bearer %s"\n' "$token" >>"$work/key"
  tenant=
fi

# call METHOD PATH [BODY]: sets status; the answer is in $work/answer.
call() {
  if [ $# -gt 2 ]; then
    status=$(curl --silent --max-time 30 --config "$work/key" --request "$1" --header 'Content-Type: application/json' \
      --data "$3" --output "$work/answer" --write-out '%{http_code}' "$base$2") || status=000
  else
    status=$(curl --silent --max-time 30 --config "$work/key" --request "$1" \
      --output "$work/answer" --write-out '%{http_code}' "$base$2") || status=000
  fi
}

answer() { [ ! -s "$work/answer" ] || head -c 2000 "$work/answer"; }

# field NAME: the first text of that name in the answer.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/answer" | head -n 1; }

ends=$(($(date +%s) + patience))
call GET /health
while [ "$status" != 200 ]; do
  if [ "$(date +%s)" -ge "$ends" ]; then
    told=$status
    call GET /health/details
    fail "$base/health answers $told, not 200. $(answer)"
  fi
  sleep 2
  call GET /health
done
echo "smoke test: $base/health is ready."

call POST /threads "{\"threadId\":\"$id\",$tenant\"budgetUsd\":0.01}"
if [ "$status" = 401 ] && [ -n "${AUTH_CLIENT_ID:-}" ] && [ -z "$token" ]; then
  echo "smoke test: the simulated run is left out: callers sign in by Entra, and there is no token. Set AGENTFUNCTIONS_TOKEN, or AGENTFUNCTIONS_KEY to a key that Tenants:Keys gives to smoke-test or to *." >&2
  exit 0
fi
[ "$status" = 201 ] || fail "a thread was not made: $status. $(answer)"

call POST "/threads/$id/runs" '{"agent":"smoke-test","goal":"Say that the deployment works."}'
[ "$status" = 202 ] || fail "a run was not accepted: $status. $(answer)"
run=$(field runId)
[ -n "$run" ] || fail "the answer names no run. $(answer)"

ends=$(($(date +%s) + patience))
while :; do
  call GET "/runs/$run"
  [ "$status" = 200 ] || fail "the run $run is not told: $status. $(answer)"
  case $(field status) in
    completed) break ;;
    failed | canceled | expired) fail "the simulated run $run did not complete. $(answer)" ;;
  esac
  [ "$(date +%s)" -lt "$ends" ] || fail "the simulated run $run has not completed in $patience seconds. $(answer)"
  sleep 1
done
echo "smoke test: the simulated run $run has completed."
