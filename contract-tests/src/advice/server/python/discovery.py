from typing import Any
from urllib.parse import urlsplit


def domain(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def is_excluded(company: dict[str, Any], entry: dict[str, Any]) -> bool:
    """By domain, or by name and, if the entry has one, city."""
    if entry.get("website_url"):
        return domain(entry["website_url"]) == domain(company["website_url"])
    same_name = entry.get("company_name", "").casefold() == company["name"].casefold()
    return same_name and (not entry.get("city") or entry["city"].casefold() == company["city"].casefold())


def discover(companies: list[dict[str, Any]], search_id: str, blacklists: list[list[dict[str, Any]]], quantity: int) -> list[dict[str, Any]]:
    """Companies of that search only, without those of every blacklist, the best first; the quantity is cut last."""
    entries = [entry for blacklist in blacklists for entry in blacklist]
    found = [row for row in companies if row["prospect_search_id"] == search_id]
    found = [row for row in found if not any(is_excluded(row, entry) for entry in entries)]
    return sorted(found, key=lambda row: (-row["match_score"], row["id"]))[:quantity]
