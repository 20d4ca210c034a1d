import httpx


def get(client: httpx.Client, url: str) -> httpx.Response:
    """The API never redirects to another host, and the key must not be sent to one."""
    response = client.get(url, timeout=httpx.Timeout(20, connect=3), follow_redirects=False)
    if response.is_redirect:
        raise RuntimeError(f"the API redirects: {response.status_code}")
    return response
