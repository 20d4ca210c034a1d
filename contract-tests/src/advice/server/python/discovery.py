from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit


def domain(website: str | None) -> str | None:
    """The host without `www.`; a website needs no scheme."""
    try:
        host = urlsplit(website if "://" in website else f"https://{website}").hostname if website else None
    except ValueError:
        return None
    return host and host.removeprefix("www.")


def same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()


def is_excluded(company: dict[str, Any], entry: dict[str, Any]) -> bool:
    """By the caller's own id, by domain, or by name and, if the entry has one, city."""
    id, website = entry.get("external_id"), domain(entry.get("website_url"))
    by_name = same(entry.get("company_name"), company["name"]) and (not entry.get("city") or same(entry["city"], company.get("city")))
    # What is missing matches nothing.
    by_id = id is not None and id == company.get("source_id")
    return by_id or (website is not None and website == domain(company["website"])) or by_name


def discover(companies: list[dict[str, Any]], search_id: str, blacklists: list[list[dict[str, Any]]], quantity: int) -> list[dict[str, Any]]:
    """Companies of that search only, without those of every blacklist, the best first; the quantity is cut last."""
    entries = [entry for blacklist in blacklists for entry in blacklist]
    found = [row for row in companies if row["prospect_search_id"] == search_id]
    found = [row for row in found if not any(is_excluded(row, entry) for entry in entries)]
    return sorted(found, key=lambda row: (-row["match_score"], row["id"]))[:quantity]
