/** Keeps successes only: after a 429, the next attempt must reach the server. */
export class Cache {
  #bodies = new Map();

  async get(url, headers) {
    if (this.#bodies.has(url)) return { status: 200, body: this.#bodies.get(url) };
    const response = await fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(20_000) });
    const body = await response.json();
    if (response.status === 200) this.#bodies.set(url, body);
    return { status: response.status, body };
  }
}
