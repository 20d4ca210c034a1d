import time

import httpx


def get(client: httpx.Client, url: str, deadline: float = 20.0) -> bytes:
    """3 s to connect, 5 s between two bytes, and `deadline` for the whole response."""
    end = time.monotonic() + deadline
    body = bytearray()
    with client.stream("GET", url, timeout=httpx.Timeout(5, connect=3)) as response:
        response.raise_for_status()
        for piece in response.iter_bytes():
            body += piece
            if time.monotonic() > end:
                raise TimeoutError(f"no whole response within {deadline:.0f} s")
    return bytes(body)
