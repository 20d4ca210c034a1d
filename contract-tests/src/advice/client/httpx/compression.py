from typing import Any

import httpx


def get(client: httpx.Client, url: str) -> Any:
    """Set no Accept-Encoding: httpx asks for what it can decode, and `json`, `text` and `content` are decoded. `iter_raw` is not."""
    return client.get(url, timeout=20).json()
