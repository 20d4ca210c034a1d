import time
from collections.abc import Mapping

DAY = 24 * 60 * 60


class Quota:
    """What the last response said of the quota of a key."""

    def __init__(self) -> None:
        self.not_before = 0.0

    def note(self, headers: Mapping[str, str]) -> None:
        """Call this after each response."""
        if headers.get("X-RateLimit-Remaining") == "0":
            reset = headers.get("X-RateLimit-Reset", "")
            # A time in seconds since 1970, not a wait. What is no number or more than a day away is ignored.
            if reset.isdecimal() and float(reset) - time.time() < DAY:
                self.not_before = float(reset)

    def wait(self) -> None:
        """Call this before each request."""
        while (left := self.not_before - time.time()) > 0:
            time.sleep(left)
