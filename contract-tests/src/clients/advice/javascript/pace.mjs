/** What all calls with a key have in common: a pause, and tries that they may add. */
export class Pace {
  #notBefore = 0;
  #most;
  #tries;

  constructor(tries = 10) {
    this.#most = this.#tries = tries;
  }

  /** Before each call. */
  async ready() {
    for (let left; (left = this.#notBefore - performance.now()) > 0; ) {
      await new Promise((done) => setTimeout(done, left + Math.random() * 100));
    }
  }

  /** After an answer with Retry-After. */
  rest(seconds) {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + seconds * 1000);
  }

  /** Before a call is made again; where it says no, the failure is final. */
  takeTry() {
    if (this.#tries < 1) return false;
    this.#tries -= 1;
    return true;
  }

  /** After a call that was made again so many times. */
  succeeded(tries) {
    this.#tries = Math.min(this.#most, this.#tries + (tries || 0.1));
  }
}

/** The wait where no answer names one, in milliseconds, which is drawn. */
export function backoff(tries) {
  return 500 * 2 ** tries * (0.5 + Math.random() / 2);
}
