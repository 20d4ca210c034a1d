import uuid
from collections.abc import Callable, Mapping


def send(attempt: Callable[[Mapping[str, str]], int], attempts: int = 3) -> int:
    """`attempt` sends a request with these headers and returns its status. One key for each request, the same for all its attempts."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(attempts - 1):
        # Too many requests: the server has not carried it out. Wait for Retry-After in `attempt`.
        if (status := attempt(headers)) != 429:
            return status
    return attempt(headers)
