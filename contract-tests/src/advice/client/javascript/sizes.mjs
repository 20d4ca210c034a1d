/** More than any response of the API has. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads the body in chunks, so that an endless one is abandoned before it fills the memory. */
export async function get(url, headers) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  const pieces = [];
  let length = 0;
  // Leaving the loop cancels the body.
  for await (const piece of response.body) {
    length += piece.length;
    if (length > MAX_BYTES) throw new Error(`a response of more than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces).toString());
}
