from __future__ import annotations

import re
from collections.abc import Sequence

# `lnc_live_` in production. `fullmatch`, since `$` would allow a line break at the end.
KEY = re.compile(r"lnc_test_[0-9A-Za-z]{32}")


def key_of(headers: Sequence[tuple[str, str]]) -> str | None:
    """The key of a request, or None. No other header, no cookie and no query parameter is ever looked at."""
    values = [value for name, value in headers if name.lower() == "authorization"]
    if len(values) != 1:
        return None
    scheme, _, key = values[0].partition(" ")
    # The scheme in any case, the key exactly as it is.
    if scheme.lower() != "bearer" or not KEY.fullmatch(key):
        return None
    return key
