from __future__ import annotations

from collections.abc import Set
from typing import Any

# Exactly one scope for each operation, and no operation without one.
REQUIRED = {
    ("GET", "/orders"): "orders:read",
    ("POST", "/orders"): "orders:write",
    ("GET", "/orders/{id}"): "orders:read",
}


def missing_scope(method: str, route: str, held: Set[str]) -> dict[str, Any] | None:
    """The body of a 403, or None. A HEAD needs what its GET needs."""
    required = REQUIRED["GET" if method == "HEAD" else method, route]
    if required in held:
        return None
    return {
        "code": "AUTHORIZATION_ERROR",
        "message": f"Insufficient permissions. Required scopes: {required}",
        "detail": {"required_scopes": [required], "user_scopes": sorted(held)},
    }
