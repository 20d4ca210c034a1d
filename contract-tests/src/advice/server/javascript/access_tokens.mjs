import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const ISSUER = "https://auth.example.com";
const KEYS = createRemoteJWKSet(new URL(`${ISSUER}/jwks`));

/** The claims of a valid access token. Undefined is the 401 of an unknown key, whatever is wrong. */
export async function claims(token) {
  try {
    const { payload } = await jwtVerify(token, KEYS, {
      // The server decides on the algorithm: what the token says of it is compared, not followed.
      algorithms: ["ES256"],
      typ: "at+jwt",
      issuer: ISSUER,
      audience: "https://api.example.com",
      requiredClaims: ["exp", "iat", "sub", "client_id"],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
