from typing import Any

import httpx

MAX_LIMIT = 100


class Api:
    """A method for each operation: paths are constants of the contract but for their ids."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        self.client, self.url = client, url

    def list_orders(self, offset: int = 0, limit: int = 50) -> httpx.Response:
        """What a GET asks for is in its query, each parameter once; it has no body."""
        query = {"limit": max(1, min(limit, MAX_LIMIT)), "offset": max(0, offset)}
        return self.client.get(f"{self.url}/orders", params=query, timeout=20)

    def create_order(self, order: dict[str, Any]) -> httpx.Response:
        """`json` serializes the body, and sets its Content-Type. A retry calls this again, so it has a body, too."""
        return self.client.post(f"{self.url}/orders", json=order, timeout=20)
