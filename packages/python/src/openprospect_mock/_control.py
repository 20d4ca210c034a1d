"""Requests to the control API."""

from __future__ import annotations

import json
import os
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, List, Optional, Union

#: Seconds to wait for a response.
TIMEOUT = 30


class ControlError(RuntimeError):
    """The control API rejected a request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{message} (status {status})")
        #: The status of the response.
        self.status = status


class Control:
    """The control API of a server. ``ca_file`` has the certificates to trust if it uses TLS."""

    def __init__(self, url: str, *, token: Optional[str] = None, ca_file: Optional[str] = None) -> None:
        self.url = url
        #: File with the certificates to trust, if the server uses TLS.
        self.ca_file = ca_file
        self._token = token
        # The sandbox is on this machine, whatever proxies are set.
        handlers: List[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if ca_file is not None:
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file)))
        self._opener = urllib.request.build_opener(*handlers)

    def request(self, method: str, path: str, body: Optional[Any] = None) -> Any:
        """Sends a request, and returns the JSON of the response; ``None`` if it has no body."""
        if not self.url:
            raise RuntimeError("the control API of this server is disabled")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("X-Control-Token", self._token)
        try:
            with self._opener.open(request, timeout=TIMEOUT) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise ControlError(error.code, _message(error.read())) from None
        return json.loads(text) if text else None


def token_of_environment() -> Optional[str]:
    """The control token that the environment has, as the server reads it."""
    file = os.environ.get("MOCK_SERVER_CONTROL_TOKEN_FILE")
    return os.environ.get("MOCK_SERVER_CONTROL_TOKEN") or (read_token(file) if file else None)


def read_token(file: Union[str, "os.PathLike[str]"]) -> str:
    """The control token of a file."""
    return Path(file).read_text(encoding="utf-8").rstrip("\r\n")


def _message(body: bytes) -> str:
    try:
        error = json.loads(body)
        details = error.get("detail", {}).get("validation_errors", [])
        invalid = [f"{detail['field']}: {detail['error']}" for detail in details]
        return "; ".join(invalid) or str(error["message"])
    except (ValueError, KeyError, AttributeError, TypeError):
        return "the control API returned an error"
