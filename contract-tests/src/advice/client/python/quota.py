import time
from collections.abc import Mapping


class Quota:
    """What the last response said of the quota of a key."""

    def __init__(self) -> None:
        self.not_before = 0.0

    def note(self, headers: Mapping[str, str]) -> None:
        """Call this after each response."""
        if headers.get("X-RateLimit-Remaining") == "0":
            # A time in seconds since 1970, not a wait.
            self.not_before = float(headers.get("X-RateLimit-Reset", "0"))

    def wait(self) -> None:
        """Call this before each request."""
        while (left := self.not_before - time.time()) > 0:
            time.sleep(left)
