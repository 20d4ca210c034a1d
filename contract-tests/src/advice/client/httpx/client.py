import os
from urllib.parse import urlsplit

import httpx


def client() -> httpx.Client:
    """One client for the whole program: it keeps connections open, and sends the key in one header and nowhere else."""
    host = urlsplit(os.environ["OPENPROSPECT_API_URL"]).hostname
    key = os.environ["OPENPROSPECT_API_KEY"].strip()
    if key.startswith("lnc_live_") and host in ("localhost", "127.0.0.1"):
        raise SystemExit("OPENPROSPECT_API_KEY is a live key, and OPENPROSPECT_API_URL a test server")
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json", "User-Agent": "my-program/1.0"}
    return httpx.Client(headers=headers)
