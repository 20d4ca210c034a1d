"""A sandbox of the OpenProspect API for tests.

>>> with MockServer() as server, server.organization(tier="free") as api:
...     api.api_url, api.api_key
"""

from __future__ import annotations

from ._binary import BinaryNotFound
from ._control import ControlError
from .journal import Expectation, Journal
from .organization import Clock, Organization
from .server import MockServer, organization, shared_server

__all__ = [
    "BinaryNotFound",
    "Clock",
    "ControlError",
    "Expectation",
    "Journal",
    "MockServer",
    "Organization",
    "organization",
    "shared_server",
]
