from collections.abc import Callable
from typing import Any


class Cache:
    """Keeps successes only: after a 429, the next attempt must reach the server."""

    def __init__(self, send: Callable[[str], tuple[int, Any]]) -> None:
        self.send, self.bodies = send, dict[str, Any]()

    def get(self, url: str) -> tuple[int, Any]:
        if url in self.bodies:
            return 200, self.bodies[url]
        status, body = self.send(url)
        if status == 200:
            self.bodies[url] = body
        return status, body
