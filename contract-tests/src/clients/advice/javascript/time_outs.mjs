/** 20 s for the whole answer, its body included: the signal holds until that is read. */
export async function get(url, headers) {
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  return answer.json();
}
