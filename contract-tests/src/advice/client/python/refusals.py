from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """No retry helps: let it end the program, which prints it."""


def check(status: int, body: Mapping[str, Any]) -> None:
    """Call this with each response, before anything is retried."""
    if status == 401:
        raise Refused("the API key is invalid, expired or revoked: check OPENPROSPECT_API_KEY")
    if status == 403:
        nested = body.get("error")
        places = [body, nested if isinstance(nested, dict) else {}]
        details = [place.get(name) for place in places for name in ("detail", "details")]
        scopes = [place["required_scopes"] for place in details + places if isinstance(place, dict) and "required_scopes" in place]
        raise Refused(f"the API key lacks a scope; required: {scopes[0] if scopes else body.get('message')}")
