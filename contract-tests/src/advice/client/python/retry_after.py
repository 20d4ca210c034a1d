from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

MIN_WAIT = 0.5


def wait(header: str | None, backoff: float, deadline: float) -> float:
    """The seconds to wait: Retry-After is a number or a date; if it is neither, or past, your own backoff counts."""
    seconds = max(backoff, MIN_WAIT)
    if header is not None and header.isascii() and header.strip().isdecimal():
        seconds = max(seconds, float(header))
    elif header is not None:
        try:
            seconds = max(seconds, parsedate_to_datetime(header).timestamp() - time.time())
        except (ValueError, TypeError, OverflowError):
            pass
    if seconds > deadline:
        raise TimeoutError(f"the API asks to wait for {seconds:.0f} s; the limit is {deadline:.0f} s")
    return seconds
