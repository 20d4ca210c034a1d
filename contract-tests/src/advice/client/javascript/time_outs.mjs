/** 20 s for the whole response, including its body: the signal stays active until it has been read. */
export async function get(url, headers) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  return response.json();
}
