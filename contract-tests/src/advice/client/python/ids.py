from typing import Any


def text(id: Any) -> str:
    """An id goes back as it came. Python's integers have no limit, floats do: keep it from becoming one."""
    if isinstance(id, bool) or not isinstance(id, (int, str)):
        raise ValueError(f"not an id: {id!r}")
    return str(id)
