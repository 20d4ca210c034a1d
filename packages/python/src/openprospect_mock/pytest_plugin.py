"""The pytest plugin: an organization for each test, on one server for the whole run."""

from __future__ import annotations

import difflib
import inspect
from typing import Any, Callable, Dict, Generator, Iterator, Optional

import pytest

from . import Clock, Journal, Organization, shared_server
from .organization import Scenario
from .server import organization_on

_MARKER = (
    "openprospect(*, scenario=None, preset='full_access', tier='enterprise', clock=None): "
    "gives a test an organization like this, with or without the fixture"
)
#: The options of the marker.
_OPTIONS = [
    name
    for name, parameter in inspect.signature(Organization).parameters.items()
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY
]
#: How the process that controls the run tells workers of pytest-xdist where the server is.
_WORKERINPUT = "openprospect_server"
#: Maximum number of requests of a failed test that its report shows.
_SHOWN = 50
_REQUESTS = pytest.StashKey["_Requests"]()
_SERVER = pytest.StashKey["_Server"]()


class _Server:
    """The server of a run. In a worker of pytest-xdist, it is that of the controlling process."""

    def __init__(self, told: Optional[Dict[str, Any]]) -> None:
        self._told = told

    def organization(self, options: Dict[str, Any]) -> Organization:
        if self._told is None:
            return organization_on(shared_server(), **options)
        if "error" in self._told:
            raise RuntimeError(self._told["error"])
        addresses: Any = self._told
        return organization_on(addresses, **options)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)
    running = getattr(config, "workerinput", {}).get(_WORKERINPUT)
    config.stash[_SERVER] = _Server(running)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by pytest-xdist for each worker."""
    try:
        node.workerinput[_WORKERINPUT] = dict(shared_server())
    except Exception as error:  # Only tests that use the sandbox fail.
        node.workerinput[_WORKERINPUT] = {"error": str(error)}


@pytest.fixture(autouse=True)
def _openprospect_if_marked(request: pytest.FixtureRequest) -> None:
    """A test with the marker never sends its requests elsewhere, even if it does not ask for the fixture."""
    if request.node.get_closest_marker("openprospect") is not None:
        request.getfixturevalue("openprospect")


@pytest.fixture
def openprospect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Organization]:
    """An organization of its own for this test: ``api_url``, ``api_key``, ``clock``, ``journal``, ``scenario(name)``.

    The marker ``openprospect`` says what it is like. ``OPENPROSPECT_API_URL`` and ``OPENPROSPECT_API_KEY`` are set, too,
    and the sandbox is exempt from proxies.
    """
    options: Dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("openprospect"))):
        options.update(_options(marker))
    with request.config.stash[_SERVER].organization(options) as own:
        for name, value in own.env.items():
            monkeypatch.setenv(name, value)
        requests = request.node.stash[_REQUESTS] = _Requests(own)
        yield own
        requests.keep()


@pytest.fixture
def openprospect_clock(openprospect: Organization) -> Clock:
    """The clock of the test's organization: ``advance("1h")``, ``freeze()``, ``set(time)``."""
    return openprospect.clock


@pytest.fixture
def openprospect_scenario(openprospect: Organization) -> Callable[[Optional[Scenario]], None]:
    """Activates a scenario by its name, or the path of its file; ``None`` deactivates it."""
    return openprospect.scenario


@pytest.fixture
def openprospect_journal(openprospect: Organization) -> Journal:
    """What the test has sent: ``assert_sent("create_order", json={…})``."""
    return openprospect.journal


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Adds the requests of a test that fails, also while it is set up or torn down, to its report."""
    outcome = yield
    report = outcome.get_result()
    requests = item.stash.get(_REQUESTS, None)
    if report.failed and requests is not None:
        report.sections.append(("OpenProspect requests", requests.text()))
    if call.when == "teardown" and requests is not None:
        del item.stash[_REQUESTS]


def _options(marker: pytest.Mark) -> Dict[str, Any]:
    """The options of a marker, all of which are known."""
    for value in marker.args:
        pytest.fail(f"the marker openprospect takes options by name, such as scenario={value!r}", pytrace=False)
    for name in marker.kwargs:
        if name not in _OPTIONS:
            meant = difflib.get_close_matches(name, _OPTIONS, 1)
            advice = f"did you mean {meant[0]}? " if meant else ""
            known = ", ".join(_OPTIONS)
            pytest.fail(f"the marker openprospect has no option {name}; {advice}It takes {known}", pytrace=False)
    return dict(marker.kwargs)


class _Requests:
    """The requests of a test, and those without a valid key, whose sender is unknown."""

    def __init__(self, own: Organization) -> None:
        self._own = own.journal
        self._keyless = own.keyless
        self._before = self._keyless.last()
        self._kept: Optional[str] = None

    def keep(self) -> None:
        """Keeps the text, as the organization is deleted before the report of the teardown."""
        self._kept = self.text()

    def text(self) -> str:
        """The requests, for the report of the test."""
        if self._kept is not None:
            return self._kept
        try:
            own = self._own.text(limit=_SHOWN)
            keyless = self._keyless.text(after=self._before, limit=_SHOWN)
        except Exception as error:  # The test has failed for a reason of its own.
            return f"not available: {error}"
        if not keyless:
            return own or "none; does the client use `openprospect.api_url`?"
        own = own or "none with the key of this test; does the client use `openprospect.api_key`?"
        return f"{own}\nWithout a valid key, in this test or in others at the same time:\n{keyless}"
