/** Set no Accept-Encoding: fetch asks for what it can decode, and decodes it. node:http does neither. */
export async function get(url, headers) {
  const { "accept-encoding": _, ...rest } = headers;
  const response = await fetch(url, { headers: rest, signal: AbortSignal.timeout(20_000) });
  return response.json();
}
