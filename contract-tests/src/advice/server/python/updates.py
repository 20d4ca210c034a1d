from __future__ import annotations

from collections.abc import Container
from typing import Any


def updated(stored: dict[str, Any], body: dict[str, Any], protected: Container[str], mask: list[str] | None) -> tuple[dict[str, Any], list[str]]:
    """The new values, and the fields that were ignored since the caller may not change them (`stripped_fields`)."""
    # A field that is not in the body stays as it is; one that is null in the body becomes null.
    named = {name: value for name, value in body.items() if mask is None or name in mask}
    stripped = sorted(name for name in named if name in protected)
    changes = {name: value for name, value in named.items() if name not in protected}
    # Store this, and return what is stored.
    return {**stored, **changes}, stripped
