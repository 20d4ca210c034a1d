import requests


def get(session: requests.Session, url: str) -> requests.Response:
    """The API never redirects to another host, and the key must not be sent to one."""
    response = session.get(url, timeout=(3, 20), allow_redirects=False)
    if response.is_redirect:
        raise RuntimeError(f"the API redirects: {response.status_code}")
    return response
