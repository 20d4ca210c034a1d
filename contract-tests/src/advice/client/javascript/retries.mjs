const ATTEMPTS = 4;
const LONGEST_WAIT = 60_000;

/** Sends a GET, and retries it after 429 and 5xx when the server says so, and after a reset. A POST may have been carried out. */
export async function get(url, headers) {
  for (let attempt = 1, backoff = 500; ; attempt++, backoff *= 2) {
    let response;
    try {
      response = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
    const final = response && response.status !== 429 && response.status < 500;
    if (final || attempt === ATTEMPTS) return response;
    await response?.body?.cancel();
    const asked = Number.parseInt(response?.headers.get("retry-after") ?? "", 10) * 1000;
    const wait = Number.isNaN(asked) ? backoff : Math.max(asked, backoff);
    if (wait > LONGEST_WAIT) throw new Error(`the API asks to wait for ${wait / 1000} s`);
    await new Promise((done) => setTimeout(done, wait * (1 + Math.random() / 4)));
  }
}
