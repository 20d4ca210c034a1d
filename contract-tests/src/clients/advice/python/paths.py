from urllib.parse import quote


def order_url(base_url: str, order_id: str) -> str:
    """An id may have any character: none of them ends the part of the path that it stands in."""
    return f"{base_url}/orders/{quote(order_id, safe='')}"
