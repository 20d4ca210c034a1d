import os
from urllib.parse import urlsplit

import requests


def client() -> requests.Session:
    """One client for the whole program: it keeps connections open, and sends the key in one header and nowhere else."""
    host = urlsplit(os.environ["OPENPROSPECT_API_URL"]).hostname
    key = os.environ["OPENPROSPECT_API_KEY"].strip()
    if key.startswith("lnc_live_") and host in ("localhost", "127.0.0.1"):
        raise SystemExit("OPENPROSPECT_API_KEY is a live key, and OPENPROSPECT_API_URL a test server")
    session = requests.Session()
    session.headers.update({"Accept": "application/json", "User-Agent": "my-program/1.0"})

    def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {key}"
        return request

    session.auth = authorize  # In `session.headers`, a .netrc would replace it.
    return session
