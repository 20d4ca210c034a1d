import { createHash, randomBytes } from "node:crypto";

/** One sign-in, with its own state and code verifier. */
export class SignIn {
  #state = randomBytes(16).toString("base64url");
  #verifier = randomBytes(32).toString("base64url");

  constructor(metadata, clientId, redirectUri) {
    Object.assign(this, { metadata, clientId, redirectUri });
  }

  /** The URL to open in the browser. */
  url() {
    const url = new URL(this.metadata.authorization_endpoint);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      state: this.#state,
      code_challenge: createHash("sha256").update(this.#verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    return url.href;
  }

  /** Exchanges the code of the redirect for tokens, if the redirect belongs to this sign-in. */
  async tokens(redirect) {
    const query = new URL(redirect).searchParams;
    if (query.get("state") !== this.#state || query.get("iss") !== this.metadata.issuer) {
      throw new Error("the response belongs to another sign-in");
    }
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code: query.get("code"),
      redirect_uri: this.redirectUri,
      client_id: this.clientId,
      code_verifier: this.#verifier,
    });
    const response = await fetch(this.metadata.token_endpoint, { method: "POST", body });
    if (!response.ok) throw new Error(`the sign-in failed: ${response.status}`);
    return response.json();
  }
}
