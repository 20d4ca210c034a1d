import httpx

# More than any response of the API has.
MAX_BYTES = 16 * 1024 * 1024


def get(client: httpx.Client, url: str) -> bytes:
    """Reads the body in chunks, so that an endless one is abandoned before it fills the memory."""
    body = bytearray()
    with client.stream("GET", url, timeout=httpx.Timeout(5, connect=3)) as response:
        response.raise_for_status()
        for piece in response.iter_bytes(64 * 1024):
            body += piece
            if len(body) > MAX_BYTES:
                raise ValueError(f"a response of more than {MAX_BYTES} bytes")
    return bytes(body)
