from collections.abc import Callable, Iterator
from typing import Any


def rows(get: Callable[[int], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every row of a list. `get` requests the page at an offset; it retries a 429 itself, and raises if there is no page."""
    offset, seen = 0, set[str]()
    while True:
        page = get(offset)
        found = page["orders"] if "orders" in page else page["items"]
        new = [row for row in found if row["id"] not in seen]
        if found and not new:
            raise RuntimeError(f"the page at offset {offset} repeats the ones before")
        yield from new
        seen.update(row["id"] for row in new)
        # The server may have applied a smaller limit: what counts is the number of rows that came.
        offset += len(found)
        if not found or offset >= page["total"]:
            return
