import requests


def get(session: requests.Session, url: str) -> requests.Response:
    """An API has no reason to send its callers elsewhere, and the key must not go there."""
    answer = session.get(url, timeout=(3, 20), allow_redirects=False)
    if answer.is_redirect:
        raise RuntimeError(f"the API redirects: {answer.status_code}")
    return answer
