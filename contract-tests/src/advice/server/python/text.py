import json

MAX_CHARACTERS = 200


def title(body: bytes) -> str:
    """Strict UTF-8 in, the same characters out: no strip(), no normalization, no escaping, and no column of fewer bytes."""
    text = json.loads(body.decode("utf-8"))["title"]
    # Characters, not bytes. A lone surrogate is no character, and cannot be stored.
    if len(text) > MAX_CHARACTERS or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("title")
    return text


def response(text: str) -> bytes:
    return json.dumps({"title": text}, ensure_ascii=False).encode("utf-8")
