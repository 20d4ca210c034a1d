const DAY = 24 * 60 * 60 * 1000;

/** What the last response said of the quota of a key. */
export class Quota {
  #notBefore = 0;

  /** Call this after each response. */
  note(headers) {
    if (headers.get("x-ratelimit-remaining") !== "0") return;
    // A time in seconds since 1970, not a wait. What is no number or more than a day away is ignored.
    const reset = Number(headers.get("x-ratelimit-reset")) * 1000;
    if (reset - Date.now() < DAY) this.#notBefore = reset;
  }

  /** Call this before each request. */
  async wait() {
    for (let left; (left = this.#notBefore - Date.now()) > 0; ) await new Promise((done) => setTimeout(done, left));
  }
}
