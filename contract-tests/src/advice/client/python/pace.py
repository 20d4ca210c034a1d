import random
import threading
import time


class Pace:
    """Shared by all workers with one key: a pause, and a budget of retries."""

    def __init__(self, tries: float = 10.0) -> None:
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._most = self._tries = tries

    def ready(self) -> None:
        """Call this before each request of any worker."""
        while (left := self._not_before - time.monotonic()) > 0:
            time.sleep(left + random.uniform(0.0, 0.1))

    def rest(self, seconds: float) -> None:
        """Call this after a response with Retry-After."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def take_try(self) -> bool:
        """Call this before each retry. If it returns false, the failure is final."""
        with self._lock:
            if self._tries < 1.0:
                return False
            self._tries -= 1.0
            return True

    def succeeded(self, tries: int) -> None:
        """Call this after a success, with the number of retries it took."""
        with self._lock:
            self._tries = min(self._most, self._tries + (tries or 0.1))


def backoff(tries: int) -> float:
    """The wait if the response states none: exponential, with jitter."""
    return 0.5 * 2**tries * random.uniform(0.5, 1.0)
