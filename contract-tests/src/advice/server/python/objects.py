from typing import Any


class NotFound(Exception):
    """404, with the same body for an id that is unknown, malformed, or another organization's."""

    def __init__(self, entity_type: str, identifier: str) -> None:
        self.body = {
            "code": "ENTITY_NOT_FOUND",
            "message": f"{entity_type} not found",
            "entity_type": entity_type,
            "identifier": identifier,
        }


class Store:
    """The organization is a part of every key, so no query can forget it."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], dict[str, Any]] = {}

    def get(self, organization: str, entity_type: str, identifier: str) -> dict[str, Any]:
        """For ids in paths and for those in bodies."""
        row = self.rows.get((organization, entity_type, identifier))
        if row is None:
            raise NotFound(entity_type, identifier)
        return row

    def list(self, organization: str, entity_type: str) -> list[dict[str, Any]]:
        """Also for filters by an id: one of another organization selects nothing."""
        return [row for (owner, kind, _), row in self.rows.items() if (owner, kind) == (organization, entity_type)]
