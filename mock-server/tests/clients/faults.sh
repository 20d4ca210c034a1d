#!/usr/bin/env bash
# What curl sees of each fault: the status, and its exit code where that is not 0. Each fault meets the
# first of two calls in one run, so on one connection; the second is plain.
set -uo pipefail

url="$OPENPROSPECT_API_URL/orders?limit=2"
call=(-s -o /dev/null --max-time 2 -w '%{http_code} %{exitcode}\n' -H "Authorization: Bearer $OPENPROSPECT_API_KEY")
separator='['
for fault in "$@"; do
  mapfile -t seen < <(curl "${call[@]}" -H "X-Mock-Fault: $fault" "$url" --next "${call[@]}" "$url")
  printf '%s["%s", "%s"]' "$separator" "${seen[0]}" "${seen[1]}"
  separator=','
done
printf ']\n'
