/** Shared by all requests with one key: a pause, and a budget of retries. */
export class Pace {
  #notBefore = 0;
  #most;
  #tries;

  constructor(tries = 10) {
    this.#most = this.#tries = tries;
  }

  /** Call this before each request. */
  async ready() {
    for (let left; (left = this.#notBefore - performance.now()) > 0; ) {
      await new Promise((done) => setTimeout(done, left + Math.random() * 100));
    }
  }

  /** Call this after a response with Retry-After. */
  rest(seconds) {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + seconds * 1000);
  }

  /** Call this before each retry. If it returns false, the failure is final. */
  takeTry() {
    if (this.#tries < 1) return false;
    this.#tries -= 1;
    return true;
  }

  /** Call this after a success, with the number of retries it took. */
  succeeded(tries) {
    this.#tries = Math.min(this.#most, this.#tries + (tries || 0.1));
  }
}

/** The wait in milliseconds if the response states none: exponential, with jitter. */
export function backoff(tries) {
  return 500 * 2 ** tries * (0.5 + Math.random() / 2);
}
