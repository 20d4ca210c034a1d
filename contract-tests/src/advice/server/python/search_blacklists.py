class SearchBlacklists:
    """The blacklists of each prospect search."""

    def __init__(self, existing: dict[str, str]) -> None:
        # Id to name, of the caller's organization.
        self.existing = existing
        self.ids: dict[str, list[str]] = {}

    def put(self, search_id: str, ids: list[str]) -> None:
        """PUT replaces: no id of before stays, and an empty list leaves none. Check every id first: 404 changes nothing."""
        for id in ids:
            self.existing[id]
        self.ids[search_id] = list(dict.fromkeys(ids))

    def list(self, search_id: str) -> list[str]:
        """What was deleted since is left out."""
        return [id for id in self.ids.get(search_id, []) if id in self.existing]
