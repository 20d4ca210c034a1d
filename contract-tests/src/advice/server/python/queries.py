import re
from urllib.parse import parse_qsl

BOUNDS = {"limit": (1, 100), "offset": (0, 1_000_000_000)}
DEFAULTS = {"limit": 50, "offset": 0}


def parse(query: str) -> tuple[dict[str, int], list[dict[str, str]]]:
    """The values, and the errors of a 422, which name the parameter."""
    values: dict[str, int] = {}
    errors = []
    for name, text in parse_qsl(query, keep_blank_values=True):
        low, high = BOUNDS.get(name, (0, 0))
        if name not in BOUNDS:
            error = f"is unknown; use one of {', '.join(BOUNDS)}"
        elif name in values:
            error = "is given twice"
        # Not int(text): it takes blanks, signs, underscores and digits of other scripts.
        elif not re.fullmatch(r"[0-9]{1,10}", text) or not low <= int(text) <= high:
            error = f"must be an integer from {low} to {high}"
        else:
            values[name] = int(text)
            continue
        errors.append({"field": name, "error": error, "provided": text})
    return DEFAULTS | values, errors
