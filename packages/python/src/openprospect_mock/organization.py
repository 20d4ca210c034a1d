"""An organization of the sandbox: data, keys, a clock and a journal that nobody else sees."""

from __future__ import annotations

import datetime
import os
import re
import urllib.error
import urllib.parse
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, Optional, Type, Union

from ._control import Control, ControlError
from .journal import Journal

#: The name of a bundled scenario, or the path of a file.
Scenario = Union[str, "os.PathLike[str]"]
#: The variables by which programs trust certificates: those that use OpenSSL, such as Python; curl; the library requests; Node.
_TRUSTING = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
#: A duration such as ``"90s"`` or ``"1h30m"``.
Duration = Union[str, datetime.timedelta]


class Clock:
    """The clock of an organization, which its keys, quotas and orders read."""

    def __init__(self, control: Control, path: str) -> None:
        self._control = control
        self._path = path

    def now(self) -> datetime.datetime:
        """The time."""
        return _time(self._control.request("GET", self._path))

    def advance(self, by: Duration) -> datetime.datetime:
        """Lets time pass, and returns the new time."""
        return _time(self._control.request("POST", f"{self._path}/advance", {"by": _duration(by)}))

    def set(self, to: Union[str, datetime.datetime]) -> datetime.datetime:
        """Sets the time, such as ``"2026-01-15T09:00:00Z"``, and returns it."""
        text = to if isinstance(to, str) else to.astimezone(datetime.timezone.utc).isoformat()
        return _time(self._control.request("POST", f"{self._path}/set", {"to": text}))

    def scale(self, factor: float) -> datetime.datetime:
        """Lets time pass at a multiple of normal speed from the present time on, and returns it."""
        return _time(self._control.request("POST", f"{self._path}/scale", {"factor": factor}))

    def freeze(self) -> datetime.datetime:
        """Stops the clock, and returns the time."""
        return _time(self._control.request("POST", f"{self._path}/freeze", {}))

    def resume(self) -> datetime.datetime:
        """Lets time pass at normal speed from the present time on, and returns it."""
        return _time(self._control.request("POST", f"{self._path}/resume", {}))


class Organization:
    """An organization with one key. It is deleted when it is closed."""

    def __init__(
        self,
        control: Control,
        api_url: str,
        *,
        scenario: Optional[Scenario] = None,
        preset: str = "full_access",
        tier: str = "enterprise",
        clock: Optional[str] = None,
    ) -> None:
        key = {"preset": _spelled(preset), "tier": _spelled(tier)}
        wanted: Dict[str, Any] = {"keys": [key]}
        if clock is not None:
            wanted["clock"] = clock
        made = control.request("POST", "/organizations", wanted)
        self._control = control
        #: Its name.
        self.name: str = made["name"]
        #: The base URL of the API.
        self.api_url = api_url
        #: File with the certificates to trust, if the server uses TLS.
        self.ca_file = control.ca_file
        own = made["minted"][0]
        #: Its key.
        self.api_key: str = own["key"]
        self._ids: Dict[str, str] = {own["key"]: own["id"]}
        path = f"/organizations/{self.name}"
        self._path = path
        #: Its clock.
        self.clock = Clock(control, f"{path}/clock")
        #: What its clients sent.
        self.journal = Journal(control, f"{path}/journal")
        #: The requests to the server without a valid key, which are of no organization.
        self.keyless = Journal(control, "/journal")
        if scenario is not None:
            try:
                self.scenario(scenario)
            except BaseException:
                self.close()
                raise

    @property
    def headers(self) -> Dict[str, str]:
        """The header that authorizes requests."""
        return {"Authorization": f"Bearer {self.api_key}"}

    @property
    def env(self) -> Dict[str, str]:
        """The variables that the vendor's clients read, and those that exempt the sandbox from proxies.

        With TLS, also those that name the certificates to trust.
        """
        exempt = _exempt_from_proxies(self.api_url)
        return {
            "OPENPROSPECT_API_URL": self.api_url,
            "OPENPROSPECT_API_KEY": self.api_key,
            "NO_PROXY": exempt,
            "no_proxy": exempt,
            **({} if self.ca_file is None else dict.fromkeys(_TRUSTING, self.ca_file)),
        }

    def key(self, preset: str = "full_access", tier: str = "enterprise", **limits: str) -> str:
        """Creates another key; ``limits`` are ``expires_in`` or ``expires_at``."""
        wanted = {"preset": _spelled(preset), "tier": _spelled(tier), **limits}
        made = self._control.request("POST", f"{self._path}/keys", wanted)
        self._ids[made["key"]] = made["id"]
        return str(made["key"])

    def revoke(self, key: Optional[str] = None) -> None:
        """Revokes a key that :meth:`key` has returned; by default, the organization's own."""
        found = self._ids.get(self.api_key if key is None else key)
        if found is None:
            raise ValueError("the organization has not created this key")
        self._control.request("POST", f"{self._path}/keys/{found}/revoke")

    def scenario(self, scenario: Optional[Scenario]) -> None:
        """Activates a bundled scenario from now on, or that of a file, such as ``"busy.yaml"``; ``None`` deactivates it."""
        if scenario is None:
            self._control.request("DELETE", f"{self._path}/scenario")
        else:
            self._control.request("POST", f"{self._path}/scenario", _read(scenario))

    def control(self, method: str, path: str, body: Optional[Any] = None) -> Any:
        """Sends a request about this organization to the control API, such as ``control("POST", "/reset")``."""
        return self._control.request(method, self._path + path, body)

    def close(self) -> None:
        """Deletes the organization, unless it is deleted already."""
        try:
            self._control.request("DELETE", self._path)
        except ControlError as error:
            if error.status != 404:
                raise
        except (urllib.error.URLError, ConnectionError):
            pass  # The server has stopped, and has nothing to delete.

    def __enter__(self) -> Organization:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Organization {self.name} at {self.api_url}>"


def _exempt_from_proxies(url: str) -> str:
    """The hosts that are exempt from proxies already, those of this machine, and that of a URL."""
    hosts = ",".join(os.environ.get(name, "") for name in ("NO_PROXY", "no_proxy")).split(",")
    hosts += ["127.0.0.1", "localhost", urllib.parse.urlsplit(url).hostname or ""]
    return ",".join(dict.fromkeys(host.strip() for host in hosts if host.strip()))


def _spelled(name: str) -> str:
    """A name as the control API has it: ``read_only`` for ``ReadOnly``, ``read-only`` and ``Read Only``."""
    return re.sub("[- ]", "_", re.sub("([a-z])([A-Z])", r"\1_\2", name)).lower()


def _read(scenario: Scenario) -> Dict[str, str]:
    """The scenario as the control API takes it. No name has a dot or a slash, as paths have."""
    if isinstance(scenario, str) and not any(letter in scenario for letter in "./\\"):
        return {"name": scenario}
    return {"yaml": Path(scenario).read_text(encoding="utf-8")}


def _duration(duration: Duration) -> str:
    if isinstance(duration, str):
        return duration
    if not isinstance(duration, datetime.timedelta):
        raise TypeError(f'a duration is a text such as "10s", or a timedelta; {duration!r} is neither')
    return f"{round(duration / datetime.timedelta(milliseconds=1))}ms"


def _time(clock: Dict[str, Any]) -> datetime.datetime:
    return datetime.datetime.fromisoformat(clock["now"].replace("Z", "+00:00"))
