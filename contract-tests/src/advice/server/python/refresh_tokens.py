from __future__ import annotations

import secrets
from dataclasses import dataclass


@dataclass
class Grant:
    client: str
    scopes: frozenset[str]
    revoked: bool = False


class RefreshTokens:
    """Every token ever issued, with its grant: one that was used is remembered, so that its reuse is noticed."""

    def __init__(self) -> None:
        self.tokens: dict[str, Grant] = {}
        self.used: set[str] = set()

    def exchange(self, token: str, client: str, scopes: frozenset[str] | None) -> tuple[str, frozenset[str]] | str:
        """The next refresh token and the scopes of the access token, or an error. Run this in one transaction."""
        grant = self.tokens.get(token)
        if grant is None or grant.client != client or grant.revoked:
            return "invalid_grant"
        if token in self.used:
            # Of this grant only: access tokens look at `revoked`, too.
            grant.revoked = True
            return "invalid_grant"
        scopes = grant.scopes if scopes is None else scopes
        if not scopes <= grant.scopes:
            return "invalid_scope"
        self.used.add(token)
        next_token = secrets.token_urlsafe(32)
        self.tokens[next_token] = grant
        return next_token, scopes
