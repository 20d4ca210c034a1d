import hashlib
import secrets
import string
import uuid
from typing import Any

CHARACTERS = string.ascii_letters + string.digits


def create(rows: dict[str, dict[str, Any]], hashes: dict[bytes, str], body: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The headers and the body of the 201, the only place with the whole key. Stored are its hash and how it is shown."""
    key = "lnc_test_" + "".join(secrets.choice(CHARACTERS) for _ in range(32))
    row = {
        "id": f"key_{uuid.uuid4().hex}",
        "masked_key": f"{key[:13]}…{key[-4:]}",
        # As requested, and no wider default.
        "name": body["name"],
        "scopes": body["scopes"],
        "tier": body.get("tier", "free"),
        "expires_at": body.get("expires_at"),
        "status": "active",
        "last_used_at": None,  # Set it whenever the key is used.
    }
    rows[row["id"]] = row
    hashes[hashlib.sha256(key.encode()).digest()] = row["id"]
    return {"Cache-Control": "no-store"}, {**row, "key": key}
