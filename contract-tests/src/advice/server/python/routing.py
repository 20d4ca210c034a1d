from urllib.parse import unquote

PREFIX = "/api/v1/"
ROUTES = {
    ("orders",): {"GET": "list_orders", "POST": "create_order"},
    ("orders", "{id}"): {"GET": "get_order"},
}


def route(method: str, path: str) -> tuple[int, str, list[str]]:
    """404, 405 or, for OPTIONS, 204 with the value of Allow, or 200 with the operation; and the ids of the path."""
    if not path.startswith(PREFIX):
        return 404, "NOT_FOUND", []
    # Split first, then decode each part once: an id may contain an encoded slash.
    parts = [unquote(part) for part in path.removeprefix(PREFIX).split("/")]
    # A trailing slash is the same path.
    if parts[-1] == "":
        parts.pop()
    for pattern, operations in ROUTES.items():
        if len(pattern) == len(parts) and all(word in ("{id}", part) for word, part in zip(pattern, parts)):
            allowed = operations | ({"HEAD": operations["GET"]} if "GET" in operations else {})
            if method not in allowed:
                return 204 if method == "OPTIONS" else 405, ", ".join(sorted([*allowed, "OPTIONS"])), []
            return 200, allowed[method], [part for word, part in zip(pattern, parts) if word == "{id}"]
    return 404, "NOT_FOUND", []
