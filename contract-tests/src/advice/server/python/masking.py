import re

KEY = re.compile(r"lnc_(?:live|test)_\w+")


def echoed(text: str, authorization: str) -> str:
    """What a caller sent, before it goes into a body, a header or a log."""
    secret = authorization.partition(" ")[2]
    text = KEY.sub("[key]", text)
    return text.replace(secret, "[key]") if secret else text


def not_found(entity_type: str, identifier: str, authorization: str) -> dict[str, str]:
    """A key that was pasted in the place of an id does not come back."""
    shown = echoed(identifier, authorization)
    return {"code": "ENTITY_NOT_FOUND", "message": f"{entity_type} not found", "entity_type": entity_type, "identifier": shown}
