from urllib.parse import quote


def order_url(base_url: str, order_id: str) -> str:
    """An ID may contain any character; escaped, none of them ends its path segment."""
    return f"{base_url}/orders/{quote(order_id, safe='')}"
