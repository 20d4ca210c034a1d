"""requests with the retries that most programs add: five tries, back-off, Retry-After, and a time-out."""

import os

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from work import main

RETRY = Retry(total=4, backoff_factor=0.3, status_forcelist=(429, 502, 503, 504), allowed_methods=None)

with requests.Session() as session:
    session.mount("http://", HTTPAdapter(max_retries=RETRY))
    session.headers["Authorization"] = f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"

    def call(method, path, body):
        response = session.request(method, os.environ["OPENPROSPECT_API_URL"] + path, json=body, timeout=1.5)
        response.raise_for_status()
        return response.json()

    main(call)
