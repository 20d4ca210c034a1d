from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Caller:
    """What every later step asks, whether the request has a key or an access token."""

    organization: str
    scopes: frozenset[str]
    quota: str


def of_key(key_id: str, organization: str, scopes: list[str]) -> Caller:
    return Caller(organization, frozenset(scopes), quota=f"key:{key_id}")


def of_token(claims: dict[str, Any], scopes_of_user: frozenset[str]) -> Caller:
    """The scopes of the token, as far as its user still has them; the organization of the token; a quota that all tokens of a user share."""
    scopes = frozenset(claims["scope"].split()) & scopes_of_user
    return Caller(claims["organization"], scopes, quota=f"user:{claims['sub']}")
