from typing import Any

import requests


def get(session: requests.Session, url: str) -> Any:
    """Set no Accept-Encoding: requests asks for what it can decode, and `json`, `text` and `content` are decoded. `raw` is not."""
    return session.get(url, timeout=(3, 20)).json()
