from collections.abc import Callable
from typing import Any


def results(order: dict[str, Any], found: Callable[[dict[str, Any]], dict[str, Any]]) -> list[dict[str, Any]]:
    """A result for each company that was sent, in its order, with its external_id as it was: a text, also if it looks like a number."""
    rows = []
    for company in order["companies"]:
        match = found(company)
        row = {"source_id": company.get("external_id"), "company_id": match["id"], "company": {"name": company["company_name"]}}
        # What was not ordered is left out, even where it is known.
        if "CONTACTS" in order["features"]:
            row["contacts"] = match["contacts"]
        if "TECHNOLOGIES" in order["features"]:
            row["technologies"] = match["technologies"]
        rows.append(row)
    return rows
