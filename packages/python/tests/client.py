"""The client of the tests: as small as one can be."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any, Tuple

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(method: str, path: str, body: Any = None) -> Tuple[int, Any]:
    """Sends a request to the API that the environment names, and returns the status and the body."""
    url = os.environ["OPENPROSPECT_API_URL"] + path
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method)
    request.add_header("Authorization", "Bearer " + os.environ["OPENPROSPECT_API_KEY"])
    request.add_header("Content-Type", "application/json")
    try:
        with _opener.open(request, timeout=10) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
