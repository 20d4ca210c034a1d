/**
 * `client` is the authenticated one. 200 for an unknown token, too, and for one of another client, which stays valid. Every request of the
 * API looks here, so the next one is rejected.
 */
export function revoke(tokens, token, client) {
  const found = tokens.get(token);
  if (found?.claims.client_id === client) found.revoked = true;
  return 200;
}

/** `caller` is the organization of an authenticated client; undefined is a 401. */
export function introspect(tokens, token, caller, now) {
  if (caller === undefined) return { status: 401, body: { error: "invalid_client" } };
  const found = tokens.get(token);
  const active = found && !found.revoked && found.organization === caller && now < found.claims.exp;
  // Nothing else of an inactive one: not even whether it ever was a token.
  return { status: 200, body: active ? { active: true, ...found.claims } : { active: false } };
}
