/** Fixed windows, one for each key, which begin with its first request. */
export class Windows {
  #used = new Map();

  constructor(limit, seconds) {
    Object.assign(this, { limit, seconds });
  }

  /**
   * Whether a request is admitted, and its headers. Call it once for each request that has a valid key. It does not wait, so concurrent
   * requests cannot share a place; of several processes, do the same in a script of the shared store.
   */
  admit(keyId, now) {
    const second = Math.floor(now / 1000);
    let window = this.#used.get(keyId);
    if (!window || second >= window.reset) window = { reset: second + this.seconds, count: 0 };
    this.#used.set(keyId, window);
    // A rejected request neither counts nor moves the reset.
    const admitted = window.count < this.limit;
    if (admitted) window.count++;
    const headers = {
      "x-ratelimit-limit": this.limit,
      "x-ratelimit-remaining": this.limit - window.count,
      "x-ratelimit-reset": window.reset,
    };
    if (!admitted) headers["retry-after"] = window.reset - second;
    return { admitted, headers };
  }
}
