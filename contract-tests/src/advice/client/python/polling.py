import time
from collections.abc import Callable
from typing import Any


class OrderCancelled(Exception):
    """There will be no results."""


def wait_for(get_order: Callable[[], dict[str, Any]], timeout: float = 600.0) -> dict[str, Any]:
    """Polls with growing waits, until the order has a final status or the time is up."""
    end, wait = time.monotonic() + timeout, 1.0
    while True:
        order = get_order()
        if order["status"] == "COMPLETED":
            return order
        if order["status"] == "CANCELLED":
            raise OrderCancelled(order["id"])
        if time.monotonic() + wait > end:
            raise TimeoutError(f"order {order['id']} is still {order['status']}")
        time.sleep(wait)
        wait = min(wait * 1.5, 15.0)
