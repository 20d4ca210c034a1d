import sqlite3


class Conflict(Exception):
    """409 CONFLICT, and nothing has changed."""


def rename(database: sqlite3.Connection, organization: str, id: str, name: str, version: int) -> int:
    """Comparing and changing are one statement: of two updates at once, the second finds another version.

    Nothing of another organization changes.
    """
    with database:
        changed = database.execute(
            "UPDATE prospect_searches SET name = ?, version = version + 1 WHERE id = ? AND organization = ? AND version = ?",
            (name, id, organization, version),
        )
    # A version that does not exist yet changes no row, either.
    if changed.rowcount == 0:
        raise Conflict
    return version + 1
