from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

LOOPBACK = {"127.0.0.1", "::1"}


def without_port(uri: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(uri)
        parts.port  # Raises if it is not the number of a port.
    except ValueError:
        return None
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or parts.username is not None:
        return None
    return parts.hostname, parts.path, parts.query


def is_registered(uri: str, registered: list[str]) -> bool:
    """Compared as text, but for the port of a loopback address. If it is not registered, show an error page: do not redirect."""
    # Parsers drop line breaks and blanks, which `redirect` would send; parameters after a fragment would be part of it.
    if not re.fullmatch(r"[!-~]+", uri) or "#" in uri:
        return False
    if uri in registered:
        return True
    wanted = without_port(uri)
    return wanted is not None and any(without_port(other) == wanted for other in registered)


def redirect(uri: str, state: str | None, issuer: str, **result: str) -> str:
    """`result` is `code` or `error`. The state goes back as it came, with errors, too."""
    query = result | ({} if state is None else {"state": state}) | {"iss": issuer}
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(query)}"
