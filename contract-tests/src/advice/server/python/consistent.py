from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any


def now() -> str:
    """The only clock of the server, in UTC. A time that is not known is null, and not a default such as 1970."""
    return datetime.now(timezone.utc).isoformat()


def created(identifier: str, order: dict[str, Any]) -> dict[str, Any]:
    """`order` is the request as it was parsed and stored: what the response says of it is counted, and not kept beside it."""
    time = now()  # Read once: two readings would differ.
    count = len(order.get("companies", []))
    return {"id": identifier, "title": order["title"], "company_count": count, "created_at": time, "updated_at": time}


def changed(order: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    """The only way to change what is stored, so that each change sets the time."""
    change(order)
    order["updated_at"] = now()


def jobs_of(company: dict[str, Any]) -> dict[str, Any]:
    """`company` was found by the id in the path, so everything in the response is about it."""
    return {"items": [{**job, "company_id": company["id"]} for job in company["jobs"]]}


def rejected(body: dict[str, Any], field: str, error: str) -> dict[str, Any]:
    """Quotes the value from the parsed body, where it still is as it was sent: not trimmed, in lower case, or converted."""
    return {"field": field, "error": error, "provided": body.get(field)}
