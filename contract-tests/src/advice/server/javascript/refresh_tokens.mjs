import { randomBytes } from "node:crypto";

/** Every token ever issued, with its grant: one that was used is remembered, so that its reuse is noticed. */
export class RefreshTokens {
  #grants = new Map();
  #used = new Set();

  issue(grant) {
    const token = randomBytes(32).toString("base64url");
    this.#grants.set(token, grant);
    return token;
  }

  /** The next refresh token and the scopes of the access token, or an error. Run this in one transaction. */
  exchange(token, client, scopes) {
    const grant = this.#grants.get(token);
    if (!grant || grant.client !== client || grant.revoked) return { error: "invalid_grant" };
    if (this.#used.has(token)) {
      // Of this grant only: access tokens look at `revoked`, too.
      grant.revoked = true;
      return { error: "invalid_grant" };
    }
    const granted = scopes ?? grant.scopes;
    if (!granted.every((scope) => grant.scopes.includes(scope))) return { error: "invalid_scope" };
    this.#used.add(token);
    return { refreshToken: this.issue(grant), scopes: granted };
  }
}
