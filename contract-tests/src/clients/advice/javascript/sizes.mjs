/** What no answer of the API has. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The body in pieces: one that does not end is given up before it fills the memory. */
export async function get(url, headers) {
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  const pieces = [];
  let length = 0;
  // To leave the loop is to cancel the body.
  for await (const piece of answer.body) {
    length += piece.length;
    if (length > MAX_BYTES) throw new Error(`an answer of more than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces).toString());
}
