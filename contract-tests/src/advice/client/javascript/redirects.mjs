/** The API never redirects to another host, and the key must not be sent to one. */
export async function get(url, headers) {
  return fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(20_000) });
}
