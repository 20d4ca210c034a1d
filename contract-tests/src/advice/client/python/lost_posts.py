from __future__ import annotations

from typing import Any

import requests


def create_order(session: requests.Session, url: str, order: dict[str, Any]) -> dict[str, Any]:
    """Give each order a title of its own. If the outcome of the POST is unknown, the list shows whether it was carried out."""
    for _ in range(2):
        try:
            response = session.post(f"{url}/orders", json=order, timeout=(3, 20))
            if response.status_code < 500:
                response.raise_for_status()
                return response.json()
        except (requests.ConnectionError, requests.Timeout):
            pass
        created = find(session, url, order["title"])
        if created is not None:
            return created
    raise RuntimeError(f"the order {order['title']} could not be created")


def find(session: requests.Session, url: str, title: str) -> dict[str, Any] | None:
    offset = 0
    while True:
        response = session.get(f"{url}/orders", params={"limit": 100, "offset": offset}, timeout=(3, 20))
        response.raise_for_status()
        page = response.json()
        found = [order for order in page["orders"] if order["title"] == title]
        offset += len(page["orders"])
        if found or not page["orders"] or offset >= page["total"]:
            return found[0] if found else None
