from collections.abc import Generator
from pathlib import Path

import httpx


class KeyFromFile(httpx.Auth):
    """Reads the key for each request, so that a new key is used as soon as it exists."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self.path.read_text().strip()}"
        yield request


def client(path: str) -> httpx.Client:
    return httpx.Client(auth=KeyFromFile(path))
