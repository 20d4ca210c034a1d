from __future__ import annotations

import jwt  # PyJWT

ISSUER = "https://auth.example.com"
AUDIENCE = "https://api.example.com"
KEYS = jwt.PyJWKClient(f"{ISSUER}/jwks")


def claims(token: str) -> dict | None:
    """The claims of a valid access token. None is the 401 of an unknown key, whatever is wrong."""
    try:
        if jwt.get_unverified_header(token).get("typ") != "at+jwt":
            return None
        # The server decides on the algorithm: what the token says of it is compared, not followed.
        return jwt.decode(
            token,
            KEYS.get_signing_key_from_jwt(token).key,
            algorithms=["ES256"],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "client_id"]},
        )
    except jwt.PyJWTError:
        return None
