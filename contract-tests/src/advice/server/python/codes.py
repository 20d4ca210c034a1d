from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

LIFETIME = 600


@dataclass
class Code:
    client: str
    redirect_uri: str
    challenge: str  # Required, with the method S256: an authorization request without it is invalid_request.
    issued: float
    redeemed: bool = False
    tokens: list[str] = field(default_factory=list)


def redeem(codes: dict[str, Code], code: str, client: str, redirect_uri: str, verifier: str, now: float, revoke) -> Code | None:
    """None is the error invalid_grant. Run this in one transaction, so that a code is redeemed once."""
    found = codes.get(code)
    if found is None or found.client != client:
        return None
    if found.redeemed:
        # A code that comes again was stolen: the tokens that it brought end, too.
        revoke(found.tokens)
        return None
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    proven = hmac.compare_digest(digest, found.challenge.encode())
    if not proven or found.redirect_uri != redirect_uri or now >= found.issued + LIFETIME:
        return None
    found.redeemed = True
    return found
