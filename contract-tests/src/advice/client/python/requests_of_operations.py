from typing import Any

import requests

MAX_LIMIT = 100


class Api:
    """A method for each operation: paths are constants of the contract but for their ids."""

    def __init__(self, session: requests.Session, url: str) -> None:
        self.session, self.url = session, url

    def list_orders(self, offset: int = 0, limit: int = 50) -> requests.Response:
        """What a GET asks for is in its query, each parameter once; it has no body."""
        query = {"limit": max(1, min(limit, MAX_LIMIT)), "offset": max(0, offset)}
        return self.session.get(f"{self.url}/orders", params=query, timeout=(3, 20))

    def create_order(self, order: dict[str, Any]) -> requests.Response:
        """`json` serializes the body, and sets its Content-Type. A retry calls this again, so it has a body, too."""
        return self.session.post(f"{self.url}/orders", json=order, timeout=(3, 20))
