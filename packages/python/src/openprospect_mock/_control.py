"""Requests to the control API."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any, Optional

#: Seconds to wait for a response.
TIMEOUT = 30

# The sandbox is on this machine, whatever proxies are set.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ControlError(RuntimeError):
    """The control API rejected a request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{message} (status {status})")
        #: The status of the response.
        self.status = status


class Control:
    """The control API of a server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def request(self, method: str, path: str, body: Optional[Any] = None) -> Any:
        """Sends a request, and returns the JSON of the response; ``None`` if it has no body."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        token = os.environ.get("MOCK_SERVER_CONTROL_TOKEN")
        if token:
            request.add_header("X-Control-Token", token)
        try:
            with _opener.open(request, timeout=TIMEOUT) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise ControlError(error.code, _message(error.read())) from None
        return json.loads(text) if text else None


def _message(body: bytes) -> str:
    try:
        error = json.loads(body)
        details = error.get("detail", {}).get("validation_errors", [])
        invalid = [f"{detail['field']}: {detail['error']}" for detail in details]
        return "; ".join(invalid) or str(error["message"])
    except (ValueError, KeyError, AttributeError, TypeError):
        return "the control API returned an error"
