from __future__ import annotations

import json

NOT_STORED = {"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache"}


def problem(form: list[tuple[str, str]], client_is_known: bool) -> str | None:
    """Which error of RFC 6749 §5.2 a token request has, in the order in which they are looked for."""
    names = [name for name, _ in form]
    if len(set(names)) < len(names) or "grant_type" not in names:
        return "invalid_request"
    if not client_is_known:
        return "invalid_client"
    if dict(form)["grant_type"] not in ("authorization_code", "refresh_token"):
        return "unsupported_grant_type"
    needed = {"authorization_code": "code", "refresh_token": "refresh_token"}[dict(form)["grant_type"]]
    return None if needed in names else "invalid_request"


def response(error: str, used_basic: bool) -> tuple[int, dict[str, str], bytes]:
    """invalid_client is a 401, with a challenge for a client that used Basic; all others are a 400."""
    status = 401 if error == "invalid_client" else 400
    headers = NOT_STORED | ({"WWW-Authenticate": 'Basic realm="token"'} if status == 401 and used_basic else {})
    return status, headers, json.dumps({"error": error}).encode()
