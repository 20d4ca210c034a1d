"""The pytest plugin: an organization for each test, on one server for the whole run."""

from __future__ import annotations

import difflib
import inspect
from typing import Any, Callable, Dict, Generator, Iterator, Optional

import pytest

from . import Clock, Journal, Organization, organization, shared_server
from ._control import Control
from .organization import Scenario

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
_ORGANIZATION = pytest.StashKey[Organization]()
_SERVER = pytest.StashKey["_Server"]()


class _Server:
    """The server of a run. In a worker of pytest-xdist, it is that of the controlling process."""

    def __init__(self, told: Optional[Dict[str, str]]) -> None:
        self._told = told

    def organization(self, options: Dict[str, Any]) -> Organization:
        if self._told is None:
            return organization(**options)
        if "error" in self._told:
            raise RuntimeError(self._told["error"])
        return Organization(Control(self._told["control_url"]), self._told["api_url"], **options)


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
        request.node.stash[_ORGANIZATION] = own
        yield own
        del request.node.stash[_ORGANIZATION]


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
    """Adds the requests of a failed test to its report."""
    outcome = yield
    report = outcome.get_result()
    own = item.stash.get(_ORGANIZATION, None)
    if report.failed and call.when == "call" and own is not None:
        report.sections.append(("OpenProspect requests", _requests(own)))


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


def _requests(own: Organization) -> str:
    try:
        return own.journal.text() or "none; does the client use `openprospect.api_url`?"
    except Exception as error:  # The test has failed for a reason of its own.
        return f"not available: {error}"
