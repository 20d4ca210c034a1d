from typing import Any


def revoke(keys: dict[str, dict[str, Any]], id: str, caller_is_token: bool, scopes: frozenset[str], now: float) -> int:
    """The status of DELETE /api-keys/{id}. Whoever holds an API key cannot revoke with it, whatever its scopes.

    `keys` are those of the caller's organization.
    """
    if not caller_is_token or "admin:write" not in scopes:
        return 403
    key = keys.get(id)
    if key is None or key.get("revoked_at") is not None:
        return 404
    # Stored before the response: the next request with the key reads this, and no cache stands between.
    key["revoked_at"] = now
    return 204
