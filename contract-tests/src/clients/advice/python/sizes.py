import requests

# What no answer of the API has.
MAX_BYTES = 16 * 1024 * 1024


def get(session: requests.Session, url: str) -> bytes:
    """The body in pieces: one that does not end is given up before it fills the memory."""
    body = bytearray()
    with session.get(url, timeout=(3, 5), stream=True) as answer:
        answer.raise_for_status()
        for piece in answer.iter_content(64 * 1024):
            body += piece
            if len(body) > MAX_BYTES:
                raise ValueError(f"an answer of more than {MAX_BYTES} bytes")
    return bytes(body)
