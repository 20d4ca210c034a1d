import random
import threading
import time


class Pace:
    """What all workers that share a key have in common: a pause, and tries that they may add."""

    def __init__(self, tries: float = 10.0) -> None:
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._most = self._tries = tries

    def ready(self) -> None:
        """Before each call, of whichever worker."""
        while (left := self._not_before - time.monotonic()) > 0:
            time.sleep(left + random.uniform(0.0, 0.1))

    def rest(self, seconds: float) -> None:
        """After an answer with Retry-After."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def take_try(self) -> bool:
        """Before a call is made again; where it says no, the failure is final."""
        with self._lock:
            if self._tries < 1.0:
                return False
            self._tries -= 1.0
            return True

    def succeeded(self, tries: int) -> None:
        """After a call that was made again so many times."""
        with self._lock:
            self._tries = min(self._most, self._tries + (tries or 0.1))


def backoff(tries: int) -> float:
    """The wait where no answer names one, which is drawn."""
    return 0.5 * 2**tries * random.uniform(0.5, 1.0)
