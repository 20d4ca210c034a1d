import random
import time

import requests

ATTEMPTS = 4
LONGEST_WAIT = 60.0


def get(session: requests.Session, url: str) -> requests.Response:
    """Sends a GET, and retries it after 429 and 5xx when the server says so, and after a reset. A POST may have been carried out."""
    backoff = 0.5
    for attempt in range(1, ATTEMPTS + 1):
        asked = ""
        try:
            response = session.get(url, timeout=(3, 20))
            final = response.status_code != 429 and response.status_code < 500
            if final or attempt == ATTEMPTS:
                return response
            asked = response.headers.get("Retry-After", "")
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            if attempt == ATTEMPTS:
                raise
        wait = max(float(asked), backoff) if asked.isdecimal() else backoff
        if wait > LONGEST_WAIT:
            raise RuntimeError(f"the API asks to wait for {wait:.0f} s")
        time.sleep(wait * random.uniform(1.0, 1.25))
        backoff *= 2
    raise AssertionError("the last attempt returns")
