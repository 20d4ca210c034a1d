from urllib.parse import unquote

PREFIXES = ("lnc_live_", "lnc_test_")
PIECE = 8


def echoed(text: str, authorization: str) -> str:
    """What a caller sent, before it goes into a body, a header or a log: hidden if it has any key, or a part of the caller's own."""
    plain = unquote(text)
    secret = authorization.partition(" ")[2]
    for prefix in PREFIXES:
        secret = secret.removeprefix(prefix)
    pieces = {secret[at : at + PIECE] for at in range(max(1, len(secret) - PIECE + 1))} - {""}
    return "[key]" if any(part in plain for part in (*PREFIXES, *pieces)) else text


def not_found(entity_type: str, identifier: str, authorization: str) -> dict[str, str]:
    """A key that was pasted in the place of an id does not come back."""
    shown = echoed(identifier, authorization)
    return {"code": "ENTITY_NOT_FOUND", "message": f"{entity_type} not found", "entity_type": entity_type, "identifier": shown}
