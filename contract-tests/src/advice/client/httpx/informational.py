import httpx


def client() -> httpx.Client:
    """httpx skips informational responses such as 103. urllib, requests and everything else on http.client skip a 100 only."""
    return httpx.Client(timeout=20)
