#!/usr/bin/env bash
# curl as in a simple script: it fails by the status, and retries what it considers temporary.
set -euo pipefail

call() {
  curl -sSf --retry 3 -H "Authorization: Bearer ${OPENPROSPECT_API_KEY}" -H "Content-Type: application/json" \
    -X "$1" "${OPENPROSPECT_API_URL}$2" "${@:3}"
}

# Fields by their names: a script has no JSON of its own.
text() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d'"' -f4; }
number() { grep -o "\"$1\":[0-9]*" | head -n 1 | cut -d: -f2; }

offset=0
total=1
while [ "$offset" -lt "$total" ]; do
  page=$(call GET "/orders?limit=2&offset=$offset")
  total=$(number total <<< "$page")
  offset=$((offset + 2))
done

order=$(call POST /orders -d '{"title": "Hotels", "features": ["CONTACTS"], "companies": [{"company_name": "Example Corp"}]}')
id=$(text id <<< "$order")
until text status <<< "$order" | grep -qE 'COMPLETED|CANCELLED'; do
  sleep 1.1
  order=$(call GET "/orders/$id")
done
