"""Python without a library."""

import json
import os
import urllib.request

from work import main


def call(method, path, body):
    request = urllib.request.Request(os.environ["OPENPROSPECT_API_URL"] + path, method=method)
    request.add_header("Authorization", f"Bearer {os.environ['OPENPROSPECT_API_KEY']}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request) as response:
        return json.load(response)


main(call)
