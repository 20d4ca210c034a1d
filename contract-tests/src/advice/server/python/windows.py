import threading


class Windows:
    """Fixed windows, one for each key, which begin with its first request."""

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit, self.seconds = limit, seconds
        self.used: dict[str, tuple[int, int]] = {}
        self.lock = threading.Lock()

    def admit(self, key_id: str, now: float) -> tuple[bool, dict[str, str]]:
        """Whether a request is admitted, and its headers. Call it once for each request that has a valid key."""
        second = int(now)
        # Reading and counting are one step, so concurrent requests cannot share a place.
        with self.lock:
            reset, count = self.used.get(key_id, (0, 0))
            if second >= reset:
                reset, count = second + self.seconds, 0
            admitted = count < self.limit
            # A rejected request neither counts nor moves the reset.
            count += admitted
            self.used[key_id] = reset, count
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - count),
            "X-RateLimit-Reset": str(reset),
        }
        if not admitted:
            headers["Retry-After"] = str(reset - second)
        return admitted, headers
