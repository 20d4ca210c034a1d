/**
 * The status of DELETE /api-keys/{id}. Whoever holds an API key cannot revoke with it, whatever its scopes.
 * `keys` are those of the caller's organization.
 */
export async function revoke(keys, id, caller, now) {
  if (!caller.isToken || !caller.scopes.has("admin:write")) return 403;
  const key = await keys.get(id);
  if (!key || key.revokedAt !== undefined) return 404;
  // Stored before the response: the next request with the key reads this, and no cache stands between.
  await keys.set(id, { ...key, revokedAt: now });
  return 204;
}
