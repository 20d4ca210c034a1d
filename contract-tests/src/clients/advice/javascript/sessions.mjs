export class SessionEnded extends Error {}

/** One access token for all calls, which is renewed once when the API rejects it. */
export class Session {
  #accessToken = "";
  #refreshToken;
  #renewal;

  constructor(tokenEndpoint, clientId, refreshToken) {
    Object.assign(this, { tokenEndpoint, clientId });
    this.#refreshToken = refreshToken;
  }

  /** The access token that replaces a rejected one. The first call refreshes, the others wait for it. */
  async renewed(rejected) {
    if (!this.#refreshToken) throw new SessionEnded();
    if (this.#accessToken && this.#accessToken !== rejected) return this.#accessToken;
    this.#accessToken = "";
    this.#renewal ??= this.#refresh().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #refresh() {
    const body = new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: this.#refreshToken,
      client_id: this.clientId,
    });
    const answer = await fetch(this.tokenEndpoint, { method: "POST", body, signal: AbortSignal.timeout(20_000) });
    if (answer.status >= 500) throw new Error(`the sign-in failed: ${answer.status}`);
    const tokens = await answer.json();
    if (tokens.error === "invalid_grant") this.#end();
    if (!answer.ok) throw new SessionEnded(tokens.error);
    this.#refreshToken = tokens.refresh_token ?? this.#refreshToken;
    return (this.#accessToken = tokens.access_token);
  }

  /** Makes a call, and once more when its access token is rejected. */
  async get(url) {
    const token = this.#accessToken || (await this.renewed(""));
    const answer = await this.#once(url, token);
    if (answer.status !== 401) return answer;
    await answer.body?.cancel();
    const again = await this.#once(url, await this.renewed(token));
    if (again.status === 401) this.#end();
    return again;
  }

  /** Forgets tokens that are not valid. */
  #end() {
    this.#refreshToken = undefined;
    this.#accessToken = "";
  }

  #once(url, token) {
    const headers = { authorization: `Bearer ${token}` };
    return fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(20_000) });
  }
}
