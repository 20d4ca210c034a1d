from typing import Any


def metadata(issuer: str) -> dict[str, Any]:
    """Served at /.well-known/oauth-authorization-server, and the same at /.well-known/openid-configuration."""
    # Exactly the URL that clients begin with: no slash at its end, and every endpoint below it.
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "introspection_endpoint": f"{issuer}/introspect",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
