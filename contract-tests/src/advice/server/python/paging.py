from collections.abc import Iterable
from typing import Any


def page(rows: Iterable[dict[str, Any]], limit: int, offset: int) -> dict[str, Any]:
    """`rows` are all that the filters select; they are counted before the page is cut."""
    # The id decides between rows of the same time: any other order could change between two pages.
    ordered = sorted(rows, key=lambda row: (row["created_at"], row["id"]))
    items = ordered[offset : offset + limit]
    return {
        "items": items,
        "total": len(ordered),
        # The values that applied.
        "limit": limit,
        "offset": offset,
        "has_more": offset + len(items) < len(ordered),
    }
