import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry


def session() -> requests.Session:
    """The pool drops connections that a response closes. Where the server closed one while it was idle, GETs are sent again, once."""
    again = Retry(total=1, status=0, redirect=0, backoff_factor=0.2, allowed_methods=["GET", "HEAD"], raise_on_status=False)
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=again))
    session.mount("http://", HTTPAdapter(max_retries=again))
    return session
