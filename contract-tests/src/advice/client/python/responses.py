from typing import Any

import requests


class ApiError(Exception):
    """The request failed, for a reason that can be shown."""


def order(session: requests.Session, url: str) -> dict[str, Any]:
    """Status, media type, completeness, JSON, fields: a response is a success only if all of them are right."""
    try:
        # requests raises for a body that is shorter than its Content-Length.
        response = session.get(url, timeout=(3, 20))
    except requests.RequestException as error:
        raise ApiError(f"no complete response: {type(error).__name__}") from error
    # By its class, so that an unknown status such as 299 or 499 counts as 200 or 400.
    if response.status_code // 100 != 2:
        raise ApiError(f"the API returned {response.status_code}")
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        raise ApiError(f"not JSON, but {media_type}")
    try:
        body = response.json()
    except ValueError as error:
        raise ApiError("the body is not valid JSON") from error
    if not isinstance(body, dict) or not {"id", "title", "status"} <= body.keys():
        raise ApiError("the body is not an order")
    return body
