from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Issued:
    claims: dict[str, Any]
    organization: str
    revoked: bool = False


def revoke(tokens: dict[str, Issued], token: str, client: str) -> int:
    """`client` is the authenticated one. 200 for an unknown token, too, and for one of another client, which stays valid.

    Every request of the API looks here, so the next one is rejected.
    """
    found = tokens.get(token)
    if found is not None and found.claims["client_id"] == client:
        found.revoked = True
    return 200


def introspect(tokens: dict[str, Issued], token: str, caller: str | None, now: float) -> tuple[int, dict[str, Any]]:
    """`caller` is the organization of an authenticated client; None is a 401."""
    if caller is None:
        return 401, {"error": "invalid_client"}
    found = tokens.get(token)
    if found is None or found.revoked or found.organization != caller or now >= found.claims["exp"]:
        # Nothing else: not even whether it ever was a token.
        return 200, {"active": False}
    return 200, {"active": True, **found.claims}
