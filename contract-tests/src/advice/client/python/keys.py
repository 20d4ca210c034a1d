from pathlib import Path

import requests
from requests.auth import AuthBase


class KeyFromFile(AuthBase):
    """Reads the key for each request, so that a new key is used as soon as it exists."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.path.read_text().strip()}"
        return request


def session(path: str) -> requests.Session:
    session = requests.Session()
    session.auth = KeyFromFile(path)
    return session
