import time

import requests


def get(session: requests.Session, url: str, deadline: float = 20.0) -> bytes:
    """3 s to connect, 5 s between two bytes, and `deadline` for the whole response."""
    end = time.monotonic() + deadline
    body = bytearray()
    with session.get(url, timeout=(3, 5), stream=True) as response:
        response.raise_for_status()
        # Unlike iter_content, it does not wait until the piece is full.
        while piece := response.raw.read1(64 * 1024, decode_content=True):
            body += piece
            if time.monotonic() > end:
                raise TimeoutError(f"no whole response within {deadline:.0f} s")
    return bytes(body)
