import uuid
from email.utils import formatdate


def finished(status: int, headers: dict[str, str], quota: dict[str, str], now: float) -> dict[str, str]:
    """Every response passes here last: successes, errors of each step, and those of the server itself."""
    always = {"Date": formatdate(now, usegmt=True), "X-Request-Id": str(uuid.uuid4())}
    if status != 204:
        always["Content-Type"] = "application/json"
    # `quota` is empty until the key is known to be valid; from then on, each response shows it.
    result = {**headers, **quota, **always}
    for code, name in [(201, "Location"), (401, "WWW-Authenticate"), (403, "WWW-Authenticate"), (405, "Allow"), (429, "Retry-After")]:
        assert status != code or name in result, f"a {code} without {name}"
    return result
