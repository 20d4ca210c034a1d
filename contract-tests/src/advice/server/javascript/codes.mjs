import { createHash } from "node:crypto";

const LIFETIME = 600_000;

/**
 * Undefined is the error invalid_grant. Run this in one transaction, so that a code is redeemed once. The challenge is required, with the
 * method S256: an authorization request without it is invalid_request.
 */
export function redeem(codes, { code, client, redirectUri, verifier }, now, revoke) {
  const found = codes.get(code);
  if (!found || found.client !== client) return undefined;
  if (found.redeemed) {
    // A code that comes again was stolen: the tokens that it brought end, too.
    revoke(found.tokens);
    return undefined;
  }
  const proven = createHash("sha256").update(verifier ?? "").digest("base64url") === found.challenge;
  if (!proven || found.redirectUri !== redirectUri || now >= found.issued + LIFETIME) return undefined;
  found.redeemed = true;
  return found;
}
