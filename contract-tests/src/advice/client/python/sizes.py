import requests

# More than any response of the API has.
MAX_BYTES = 16 * 1024 * 1024


def get(session: requests.Session, url: str) -> bytes:
    """Reads the body in chunks, so that an endless one is abandoned before it fills the memory."""
    body = bytearray()
    with session.get(url, timeout=(3, 5), stream=True) as response:
        response.raise_for_status()
        for piece in response.iter_content(64 * 1024):
            body += piece
            if len(body) > MAX_BYTES:
                raise ValueError(f"a response of more than {MAX_BYTES} bytes")
    return bytes(body)
