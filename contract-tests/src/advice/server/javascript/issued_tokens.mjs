import { randomBytes, randomUUID } from "node:crypto";
import { SignJWT } from "jose";

const LIFETIME = 3600;

/** The body of a token response; send it with `Cache-Control: no-store`. The JWKS has the public half of `key`, by its `kid`. */
export async function issue({ issuer, audience, user, client, scopes, now, key, kid }) {
  const scope = scopes.join(" ");
  const token = new SignJWT({ client_id: client, scope })
    .setProtectedHeader({ typ: "at+jwt", alg: "ES256", kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(user)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME)
    .setJti(randomUUID());
  return {
    access_token: await token.sign(key),
    token_type: "Bearer",
    // The same values as in the token.
    expires_in: LIFETIME,
    scope,
    refresh_token: randomBytes(32).toString("base64url"),
  };
}
