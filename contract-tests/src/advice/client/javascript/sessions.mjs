const PAUSE = 5_000;

/** The user has to sign in again. */
export class SessionEnded extends Error {}

/** One access token for all requests, refreshed once when the API rejects it. */
export class Session {
  #accessToken = "";
  #refreshToken;
  #renewal;
  #notBefore = 0;

  constructor(tokenEndpoint, clientId, refreshToken) {
    Object.assign(this, { tokenEndpoint, clientId });
    this.#refreshToken = refreshToken;
  }

  /** Replaces a rejected access token. The first caller refreshes it, the others wait. */
  async renewed(rejected) {
    if (!this.#refreshToken) throw new SessionEnded();
    if (this.#accessToken && this.#accessToken !== rejected) return this.#accessToken;
    this.#accessToken = "";
    this.#renewal ??= this.#refresh().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #refresh() {
    if (performance.now() < this.#notBefore) throw new Error("the sign-in failed a moment ago");
    const body = new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: this.#refreshToken,
      client_id: this.clientId,
    });
    const response = await fetch(this.tokenEndpoint, { method: "POST", body, signal: AbortSignal.timeout(20_000) });
    if (response.status === 400 && (await response.clone().json()).error === "invalid_grant") {
      this.#end();
      throw new SessionEnded();
    }
    if (!response.ok) {
      this.#notBefore = performance.now() + PAUSE;
      throw new Error(`the sign-in failed: ${response.status}`);
    }
    const tokens = await response.json();
    this.#refreshToken = tokens.refresh_token ?? this.#refreshToken;
    return (this.#accessToken = tokens.access_token);
  }

  /** Sends a request, and repeats it once if its access token is rejected. */
  async get(url) {
    const token = this.#accessToken || (await this.renewed(""));
    const response = await this.#once(url, token);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    const again = await this.#once(url, await this.renewed(token));
    if (again.status === 401) this.#end();
    return again;
  }

  /** Drops tokens that are no longer valid. */
  #end() {
    this.#refreshToken = undefined;
    this.#accessToken = "";
  }

  #once(url, token) {
    const headers = { authorization: `Bearer ${token}` };
    return fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(20_000) });
  }
}
