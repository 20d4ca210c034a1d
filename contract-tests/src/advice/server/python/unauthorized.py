import json


def unauthorized(bearer_was_sent: bool) -> tuple[int, dict[str, str], bytes]:
    """The only place that makes a 401, for every method and every cause. It takes no cause, so it cannot reveal one."""
    challenge = 'Bearer realm="openprospect"'
    if bearer_was_sent:
        challenge += ', error="invalid_token"'
    body = {"code": "AUTHENTICATION_ERROR", "message": "Authentication failed"}
    return 401, {"WWW-Authenticate": challenge, "Content-Type": "application/json"}, json.dumps(body).encode()
