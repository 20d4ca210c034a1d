from collections.abc import Callable, Iterable
from typing import Any

Step = Callable[[Any], Any]


def handle(request: Any, route: Step, key: Step, quota: Step, scope: Step, query_and_body: Step, run: Step) -> Any:
    """The one way to every operation. A step returns a response to end here, or None to go on."""
    steps: Iterable[Step] = [
        route,  # 404 and 405, from the decoded path
        key,  # 401: nothing of query, body or object has been looked at
        quota,  # 429: counts every request that has a valid key, and no other
        scope,  # 403: whether or not the object exists
        query_and_body,  # 400, 413, 415, 422
        run,  # 404 and 409 of objects, or the success
    ]
    for step in steps:
        response = step(request)
        if response is not None:
            return response
    raise AssertionError("`run` returns a response")
