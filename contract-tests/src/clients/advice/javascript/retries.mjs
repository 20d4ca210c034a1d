const ATTEMPTS = 4;
const LONGEST_WAIT = 60_000;

/** Makes a call, and again after 429 and 5xx, when the server says so. */
export async function get(url, headers) {
  for (let attempt = 1, backoff = 500; ; attempt++, backoff *= 2) {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
    const final = answer.status !== 429 && answer.status < 500;
    if (final || attempt === ATTEMPTS) return answer;
    await answer.body?.cancel();
    const asked = Number.parseInt(answer.headers.get("retry-after") ?? "", 10) * 1000;
    const wait = Number.isNaN(asked) ? backoff : Math.max(asked, backoff);
    if (wait > LONGEST_WAIT) throw new Error(`the API asks to wait for ${wait / 1000} s`);
    await new Promise((done) => setTimeout(done, wait * (1 + Math.random() / 4)));
  }
}
