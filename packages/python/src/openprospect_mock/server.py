"""Starts and stops servers."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import tempfile
import threading
from types import TracebackType
from typing import Any, List, Optional, Type, TypedDict, Union

from ._binary import SERVER, find
from ._control import Control
from .organization import Organization

#: Seconds that a server may take to stop.
PATIENCE = 5


class MockServer:
    """A server on a free port.

    It stops when it is closed, and also when this process ends in any other way. ``settings`` are the options of
    ``mock-server serve``, such as ``scenario="rate-limit-storm"`` or ``seed=7``.
    """

    def __init__(self, **settings: Union[str, int, bool]) -> None:
        command = [SERVER, "--port", "0", "--ready-json", f"--exit-with-parent={os.getpid()}", *_options(settings)]
        self._log = tempfile.TemporaryFile()
        # The pipe at its standard input is closed when this process ends. Ctrl-C must not reach the server: tests that it
        # interrupts still delete their organizations.
        self._process = subprocess.Popen(
            command,
            executable=find(SERVER),
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
        self._control = Control(self.control_url)
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


def _options(settings: Any) -> List[str]:
    options = []
    for name, value in settings.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        options.append(f"--{name.replace('_', '-')}={text}")
    return options


class Addresses(TypedDict):
    """Where a server is."""

    api_url: str
    control_url: str


_shared: Optional[Addresses] = None
_starting = threading.Lock()


def shared_server() -> Addresses:
    """The server that ``mock-server run`` has started, else one of this process, which is started at first use."""
    global _shared
    with _starting:
        if _shared is None:
            api_url, control_url = (os.environ.get(f"OPENPROSPECT_{name}_URL") for name in ("API", "CONTROL"))
            if not api_url or not control_url:
                server = MockServer()
                api_url, control_url = server.api_url, server.control_url
            _shared = {"api_url": api_url, "control_url": control_url}
        return _shared


def organization(**options: Any) -> Organization:
    """A new organization on the shared server; ``options`` are those of :class:`Organization`."""
    server = shared_server()
    return Organization(Control(server["control_url"]), server["api_url"], **options)
