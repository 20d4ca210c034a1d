import sqlite3


class Conflict(Exception):
    """409 CONFLICT, and nothing has changed."""


def rename(database: sqlite3.Connection, id: str, name: str, version: int) -> int:
    """Comparing and changing are one statement: of two updates at once, the second finds another version."""
    with database:
        changed = database.execute(
            "UPDATE prospect_searches SET name = ?, version = version + 1 WHERE id = ? AND version = ?",
            (name, id, version),
        )
    # Also for a version that does not exist yet.
    if changed.rowcount == 0:
        raise Conflict
    return version + 1
