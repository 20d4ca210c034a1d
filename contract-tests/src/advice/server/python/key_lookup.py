from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass
class Key:
    organization: str
    scopes: frozenset[str]
    expires_at: float | None = None
    revoked_at: float | None = None


class Keys:
    def __init__(self) -> None:
        self.by_hash: dict[bytes, Key] = {}

    def valid(self, presented: str, now: float) -> Key | None:
        """The hash of the whole key decides, prefix and case included. It is looked up for each request: no cache outlives a revocation."""
        key = self.by_hash.get(hashlib.sha256(presented.encode()).digest())
        # Unknown, revoked and expired do the same work and have the same result, so nothing tells them apart.
        revoked = key is not None and key.revoked_at is not None and now >= key.revoked_at
        expired = key is not None and key.expires_at is not None and now >= key.expires_at
        return None if revoked or expired else key
