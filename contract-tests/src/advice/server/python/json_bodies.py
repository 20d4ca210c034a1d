from __future__ import annotations

import json
from typing import Any

MAX_DEPTH = 32


class Rejected(Exception):
    """A status and a code."""


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise Rejected(400, "INVALID_JSON")
    return dict(pairs)


def not_json(constant: str) -> Any:
    raise ValueError(constant)


def is_too_deep(value: Any, left: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is not None and (left == 0 or any(is_too_deep(item, left - 1) for item in inner))


def parse(content_type: str | None, body: bytes) -> dict[str, Any]:
    """Call this for operations that take a body; for a GET, Content-Type says nothing."""
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise Rejected(415, "UNSUPPORTED_MEDIA_TYPE")
    try:
        # Also rejects what follows the value, and, by `parse_constant`, NaN and Infinity.
        value = json.loads(body.decode("utf-8"), object_pairs_hook=without_duplicates, parse_constant=not_json)
        # Half of a surrogate pair, such as "\ud800", and 1e999 can be read, but not be written again.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Rejected(400, "INVALID_JSON") from error
    if not isinstance(value, dict) or is_too_deep(value, MAX_DEPTH):
        raise Rejected(422, "VALIDATION_ERROR")
    return value
