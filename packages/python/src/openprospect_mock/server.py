"""Starts and stops servers."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import tempfile
import threading
from types import TracebackType
from typing import Any, Dict, List, Optional, Sequence, Type, TypedDict, Union

from ._binary import SERVER, find
from ._control import Control, read_token, token_of_environment
from .organization import Organization

#: Seconds that a server may take to stop.
PATIENCE = 5


#: A value of an option of the server; a list is an option that is repeated.
Setting = Union[str, int, bool, "os.PathLike[str]", Sequence[str], None]


class MockServer:
    """A server on a free port.

    It stops when it is closed, and also when this process ends in any other way. ``settings`` are the options of
    ``mock-server serve``, such as ``scenario="rate-limit-storm"`` or ``seed=7``; a list is an option that is repeated.
    """

    def __init__(self, **settings: Setting) -> None:
        given: Dict[str, Any] = {name.replace("_", "-"): value for name, value in settings.items()}
        if given.get("port") is None:
            given["port"] = 0
        token = _control_token(given)
        command = [SERVER, "--ready-json", f"--exit-with-parent={os.getpid()}", *_options(given)]
        self._log = tempfile.TemporaryFile()
        # The pipe at its standard input is closed when this process ends. Ctrl-C must not reach the server: tests that it
        # interrupts still delete their organizations.
        self._process = subprocess.Popen(
            command,
            executable=find(SERVER),
            env=_with_token(token),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise RuntimeError(f"mock-server did not start: {self.log().strip()}")
        ready = json.loads(line)
        #: The base URL of the API.
        self.api_url: str = ready["url"]
        #: The URL of the control API; empty if it is disabled.
        self.control_url: str = ready["control_url"] or ""
        #: The id of its process.
        self.pid: int = self._process.pid
        #: File with the certificates to trust, if it uses TLS.
        self.ca_file: Optional[str] = ready.get("ca_file")
        self._control = Control(self.control_url, token=token, ca_file=self.ca_file)
        atexit.register(self.close)

    def organization(self, **options: Any) -> Organization:
        """A new organization; ``options`` are those of :class:`Organization`."""
        return Organization(self._control, self.api_url, **options)

    def log(self) -> str:
        """What the server has logged."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def close(self) -> None:
        """Stops the server."""
        atexit.unregister(self.close)
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> MockServer:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


def _control_token(settings: Dict[str, Any]) -> Optional[str]:
    """The control token of the settings, which are then without it, else that of the environment."""
    token, file = settings.pop("control-token", None), settings.pop("control-token-file", None)
    if token is not None:
        return str(token)
    return token_of_environment() if file is None else read_token(file)


def _with_token(token: Optional[str]) -> Dict[str, str]:
    """The environment of a server with this control token, which arguments would show to other users of the machine."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_SERVER_CONTROL_TOKEN")}
    return env if token is None else {**env, "MOCK_SERVER_CONTROL_TOKEN": token}


def _options(settings: Dict[str, Any]) -> List[str]:
    """The settings as arguments: several for a list, none for what is ``None``."""
    options = []
    for name, value in settings.items():
        for each in value if isinstance(value, (list, tuple)) else [value]:
            text = str(each).lower() if isinstance(each, bool) else str(each)
            if each is not None:
                options.append(f"--{name}={text}")
    return options


class Addresses(TypedDict):
    """Where a server is, and the file with the certificates to trust if it uses TLS."""

    api_url: str
    control_url: str
    ca_file: Optional[str]


_shared: Optional[Addresses] = None
_starting = threading.Lock()


def shared_server() -> Addresses:
    """The server that ``mock-server run`` has started, else one of this process, which is started at first use."""
    global _shared
    with _starting:
        if _shared is None:
            api_url, control_url = (os.environ.get(f"OPENPROSPECT_{name}_URL") for name in ("API", "CONTROL"))
            ca_file = None
            if api_url and control_url:
                # As `mock-server run` sets it; without TLS, it is a file for other servers.
                if control_url.startswith("https:"):
                    ca_file = os.environ.get("SSL_CERT_FILE") or None
            else:
                server = MockServer()
                api_url, control_url, ca_file = server.api_url, server.control_url, server.ca_file
            _shared = {"api_url": api_url, "control_url": control_url, "ca_file": ca_file}
        return _shared


def organization_on(server: Addresses, **options: Any) -> Organization:
    """A new organization on a server with the control token of the environment."""
    control = Control(server["control_url"], token=token_of_environment(), ca_file=server["ca_file"])
    return Organization(control, server["api_url"], **options)


def organization(**options: Any) -> Organization:
    """A new organization on the shared server; ``options`` are those of :class:`Organization`."""
    return organization_on(shared_server(), **options)
