from typing import Any


def rows(page: dict[str, Any]) -> list[Any]:
    """The vendor's pages call the rows of a list `orders` and `items`."""
    return page["orders"] if "orders" in page else page["items"]


def kind(status: int) -> str:
    """The status decides: pages differ in the code of a 401, a 404 and a 429, and in the status of a validation error."""
    kinds = {400: "invalid", 401: "key rejected", 403: "scope missing", 404: "not found", 422: "invalid", 429: "try later"}
    return kinds.get(status, "ok" if 200 <= status < 300 else "try later" if status >= 500 else "refused")


def details(body: dict[str, Any]) -> Any:
    """The details of an error, which may be nested in `error`, and are called `detail` or `details`."""
    nested = body.get("error")
    error = nested if isinstance(nested, dict) else body
    return error["detail"] if "detail" in error else error.get("details")
