#!/usr/bin/env bash
# The calls of the vendor page's curl samples. It has no JSON samples of its own, so it picks fields by name.
set -euo pipefail

call() {
  curl -sS -D "$work/head" -o "$work/body" -w '%{http_code}' "$@" \
    -H "Authorization: Bearer ${OPENPROSPECT_API_KEY}" \
    -H "Content-Type: application/json"
}

field() { grep -o "\"$1\":\"[^\"]*\"" "$work/body" | head -n 1 | cut -d'"' -f4; }
number() { grep -o "\"$1\":[0-9]*" "$work/body" | head -n 1 | cut -d: -f2; }
list() { grep -o "\"$1\":\[[^]]*\]" "$work/body" | grep -o '\[.*\]' | tr -d '[]"'; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $1 in
  list) status=$(call -X GET "${OPENPROSPECT_API_URL}/orders?limit=10") ;;
  create)
    status=$(call -X POST "${OPENPROSPECT_API_URL}/orders" \
      -d '{"title": "Q1 Enrichment", "features": ["CONTACTS"], "companies": [{"company_name": "Example Corp"}]}') ;;
esac

case $status in
  200)
    found=$(grep -o '"id":' "$work/body" | wc -l)
    echo "found $found of $(number total) orders, the first is $(field status): $(field title)" ;;
  201) echo "created an order that is $(field status): $(field title)" ;;
  401) echo "401: check your API key" ;;
  403) echo "403: required $(list required_scopes); held $(list user_scopes)" ;;
  429) echo "429: retry after $(grep -i '^retry-after:' "$work/head" | tr -dc 0-9) s" ;;
  *) echo "unexpected $status: $(cat "$work/body")" ;;
esac
