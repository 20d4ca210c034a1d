from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock


class KeyRejected(Exception):
    """The API has rejected the key."""


def run(jobs: Iterable[Callable[[], int]]) -> None:
    """Each job sends a request and returns its status. The first 401 stops all jobs that use the key."""
    waiting, lock = iter(jobs), Lock()
    rejected = False

    def work() -> None:
        nonlocal rejected
        while not rejected:
            with lock:
                job = next(waiting, None)
            if job is None:
                return
            if job() == 401:
                rejected = True

    with ThreadPoolExecutor(max_workers=4) as pool:
        for worker in [pool.submit(work) for _ in range(4)]:
            worker.result()
    if rejected:
        raise KeyRejected
