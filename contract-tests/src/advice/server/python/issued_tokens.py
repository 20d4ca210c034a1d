import secrets
from collections.abc import Callable
from typing import Any

LIFETIME = 3600


def issue(issuer: str, audience: str, user: str, client: str, scopes: list[str], now: int, sign: Callable[..., str]) -> dict[str, Any]:
    """The body of a token response; send it with `Cache-Control: no-store`. `sign` uses a key that the JWKS has, by its `kid`."""
    scope = " ".join(scopes)
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": user,
        "client_id": client,
        "scope": scope,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": secrets.token_urlsafe(16),
    }
    return {
        "access_token": sign(header={"typ": "at+jwt", "alg": "ES256"}, claims=claims),
        "token_type": "Bearer",
        # The same values as in the token.
        "expires_in": LIFETIME,
        "scope": scope,
        "refresh_token": secrets.token_urlsafe(32),
    }
