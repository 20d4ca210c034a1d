from urllib.parse import urlencode, urlsplit

LOOPBACK = {"127.0.0.1", "::1"}


def is_registered(uri: str, registered: list[str]) -> bool:
    """Compared as text, but for the port of a loopback address. If it is not registered, show an error page: do not redirect."""
    parts = urlsplit(uri)
    if uri in registered:
        return True
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or parts.username is not None:
        return False
    known = [urlsplit(other) for other in registered]
    return any((other.scheme, other.hostname, other.path, other.query) == (parts.scheme, parts.hostname, parts.path, parts.query) for other in known)


def redirect(uri: str, state: str | None, issuer: str, **result: str) -> str:
    """`result` is `code` or `error`. The state goes back as it came, with errors, too."""
    query = result | ({} if state is None else {"state": state}) | {"iss": issuer}
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode(query)}"
