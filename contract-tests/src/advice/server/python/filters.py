from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Row = dict[str, Any]


def instant(text: str) -> datetime:
    """Before Python 3.11, fromisoformat does not know Z."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def conditions(query: Mapping[str, str]) -> list[Callable[[Row], bool]]:
    """One condition for each parameter; its value has been validated."""
    found: list[Callable[[Row], bool]] = []
    for name in ("prospect_search_id", "company_id", "review_status"):
        if name in query:
            found.append(lambda row, name=name: row[name] == query[name])
    if "review_status_list" in query:
        found.append(lambda row: row["review_status"] in query["review_status_list"].split(","))
    if "min_match_score" in query:
        found.append(lambda row: row["match_score"] >= float(query["min_match_score"]))
    if "delivered_since" in query:
        # Times are compared, not texts: an offset such as +02:00 counts.
        since = instant(query["delivered_since"])
        found.append(lambda row: instant(row["delivered_at"]) > since)
    if "search" in query:
        # Every character is literal: no pattern, and no % or _ of LIKE.
        found.append(lambda row: query["search"].casefold() in row["name"].casefold())
    return found


def selected(rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    """The rows that fulfil every condition, before a page is cut from them."""
    every = conditions(query)
    return [row for row in rows if all(holds(row) for holds in every)]
