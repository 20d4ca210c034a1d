import httpx


def client() -> httpx.Client:
    """The pool drops connections that a response closes, and those that were idle for 3 s, before the server does."""
    return httpx.Client(limits=httpx.Limits(keepalive_expiry=3.0), timeout=20)


def get(client: httpx.Client, url: str) -> httpx.Response:
    """A connection may still be closed as the request is sent: a GET is sent again, once, on another one."""
    try:
        return client.get(url)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        return client.get(url)
