from typing import Any


class Rows:
    """One copy of the data: a list, a total and a read are computed from it, so none of them can be stale."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, Any]] = {}

    def read(self, id: str) -> dict[str, Any]:
        """Raises KeyError for what is deleted, as for what never was: a 404."""
        return self.view(self.stored[id])

    def list(self) -> list[dict[str, Any]]:
        return [self.view(row) for row in self.stored.values()]

    def update(self, id: str, changes: dict[str, Any]) -> dict[str, Any]:
        self.stored[id] = {**self.stored[id], **changes}
        return self.read(id)

    def delete(self, id: str) -> None:
        del self.stored[id]

    def view(self, row: dict[str, Any]) -> dict[str, Any]:
        """The same for a read and for a row of a list."""
        return dict(row)
