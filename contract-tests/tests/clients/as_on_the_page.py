"""httpx as the vendor's page shows it: three tries of whatever fails, also of a 401, two to ten seconds apart."""

import os
import time

import httpx

from work import main

TRIES = 3


def once(method, path, body):
    headers = {"Authorization": f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"}
    response = httpx.request(method, os.environ["OPENPROSPECT_API_URL"] + path, headers=headers, json=body)
    if response.status_code == 401:
        raise PermissionError("check the API key")
    if response.status_code == 403:
        raise PermissionError(f"the API key lacks {response.json()['detail']['required_scopes']}")
    if response.status_code == 429:
        raise RuntimeError(f"too many requests, wait {int(response.headers.get('Retry-After', 60))} s")
    response.raise_for_status()
    return response.json()


def call(method, path, body):
    for number in range(1, TRIES):
        try:
            return once(method, path, body)
        except Exception:
            time.sleep(min(max(2 ** (number - 1), 2), 10))
    return once(method, path, body)


main(call)
