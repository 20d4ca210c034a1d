"""What an organization's clients sent."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional, Sequence, TypedDict, Union

from ._control import Control

#: A value, or whether there is one.
Wanted = Union[str, bool]


class Expectation(TypedDict, total=False):
    """A kind of request, and how many are expected; by default at least one.

    Texts of keys are compared by their masks. ``path`` is the whole path, with ``*`` for any segment; ``json`` is a
    part of the body, ``pointers`` are its values by JSON Pointer, ``schema`` is a JSON Schema of it.
    """

    operation: str
    endpoint: str
    method: str
    path: str
    query: Mapping[str, Wanted]
    headers: Mapping[str, Wanted]
    json: Any
    pointers: Mapping[str, Any]
    schema: Union[Mapping[str, Any], bool]
    key: str
    status: Union[int, str]
    code: str
    fault: str
    text: str
    exactly: int
    at_least: int
    at_most: int


class Journal:
    """The requests of one organization, the last 1,000."""

    def __init__(self, control: Control, path: str) -> None:
        self._control = control
        self._path = path

    def requests(self, *, after: int = 0) -> List[Dict[str, Any]]:
        """The requests after this number, oldest first, each with the decision of every step."""
        entries: List[Dict[str, Any]] = self._control.request("GET", f"{self._path}?after={after}")["entries"]
        return entries

    def last(self) -> int:
        """The number of the last request; 0 if there was none."""
        return int(self._control.request("GET", f"{self._path}?limit=0")["recorded"])

    def clear(self) -> None:
        """Forgets all requests."""
        self._control.request("DELETE", self._path)

    def verify(
        self,
        expect: Sequence[Expectation],
        *,
        in_order: bool = False,
        nothing_else: bool = False,
        after: int = 0,
    ) -> None:
        """Raises an ``AssertionError`` with the closest request and what differs, unless all was sent as expected.

        Only the requests after a number that :meth:`last` has returned count.
        """
        __tracebackhide__ = True
        body = {"expect": list(expect), "in_order": in_order, "nothing_else": nothing_else, "after": after}
        result = self._control.request("POST", f"{self._path}/verify", body)
        if not result["verified"]:
            raise AssertionError("\n".join(_explain(failure) for failure in result["failures"]))

    def assert_sent(
        self,
        operation: Optional[str] = None,
        *,
        exactly: Optional[int] = None,
        at_least: Optional[int] = None,
        at_most: Optional[int] = None,
        **conditions: Any,
    ) -> None:
        """Asserts that requests of a kind were sent, such as ``assert_sent("create_order", json={"title": "Hotels"})``.

        ``conditions`` are those of an :class:`Expectation`.
        """
        __tracebackhide__ = True
        counts = {"exactly": exactly, "at_least": at_least, "at_most": at_most}
        given = {"operation": operation, **counts, **conditions}
        # `json=None` is a condition, too.
        expected = {name: value for name, value in given.items() if value is not None or name == "json"}
        self.verify([expected])  # type: ignore[list-item]

    def assert_not_sent(self, operation: Optional[str] = None, **conditions: Any) -> None:
        """Asserts that no request of a kind was sent; without a kind, that there was no request at all."""
        __tracebackhide__ = True
        self.assert_sent(operation, exactly=0, **conditions)

    def text(self, *, after: int = 0, limit: Optional[int] = None) -> str:
        """The requests after this number for people, one a line, with the reasons of those that were refused.

        At most the last ``limit`` are in it.
        """
        entries = self.requests(after=after)
        earlier = 0 if limit is None else max(len(entries) - limit, 0)
        lines = [f"… {earlier} earlier {'request' if earlier == 1 else 'requests'}"] if earlier else []
        return "\n".join(lines + [_line(entry) for entry in entries[earlier:]])


def _line(entry: Mapping[str, Any]) -> str:
    status = entry["status"] or "no response"
    line = f"{entry['method']} {entry['target']} -> {status}"
    if entry["code"]:
        line += f" {entry['code']}"
    faults = ", ".join(fault["id"] for fault in entry.get("faults", ()))
    if faults:
        line += f"  (fault {faults})"
    reason = entry["steps"][-1].get("reason") if entry["steps"] else None
    return f"{line}\n    {reason}" if reason else line


def _explain(failure: Mapping[str, Any]) -> str:
    lines = [str(failure["reason"])]
    closest = failure.get("closest")
    if closest:
        lines.append(f"  closest: {_short(closest)}")
        for difference in closest["differences"]:
            expected, actual = json.dumps(difference["expected"]), json.dumps(difference["actual"])
            lines.append(f"    {difference['at']}: expected {expected}, was {actual}")
    lines += [f"  found: {_short(found)}" for found in failure.get("found", ())]
    return "\n".join(lines)


def _short(request: Mapping[str, Any]) -> str:
    return f"{request['method']} {request['target']} -> {request['status']}"
