/** An API has no reason to send its callers elsewhere, and the key must not go there. */
export async function get(url, headers) {
  return fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(20_000) });
}
