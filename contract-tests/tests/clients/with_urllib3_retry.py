"""urllib3 with a Retry for the statuses that its documentation names, and with back-off."""

import os

import urllib3

from work import main

RETRY = urllib3.Retry(total=5, backoff_factor=0.2, status_forcelist=(413, 429, 500, 502, 503, 504))
HEADERS = {"Authorization": f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"}

with urllib3.PoolManager(retries=RETRY) as pool:

    def call(method, path, body):
        response = pool.request(method, os.environ["OPENPROSPECT_API_URL"] + path, headers=HEADERS, json=body)
        if response.status >= 300:
            raise RuntimeError(f"the API returned {response.status}")
        return response.json()

    main(call)
