from typing import Any

FEATURES = {"COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"}
MAX_COMPANIES = 10_000


def errors_of_order(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Every rule of the schema, and nothing else, is checked before anything is stored. No value is converted, cut or replaced."""
    errors: list[dict[str, Any]] = []

    def reject(field: str, error: str) -> None:
        errors.append({"field": field, "error": error, "provided": body.get(field)})

    title, features, companies = body.get("title"), body.get("features"), body.get("companies")
    if not isinstance(title, str) or not 1 <= len(title) <= 255:
        reject("title", "must be a text of 1 to 255 characters")
    if not isinstance(features, list) or not all(isinstance(item, str) and item in FEATURES for item in features):
        reject("features", f"must be a list of {', '.join(sorted(FEATURES))}")
    if body.get("order_type") == "DISCOVERY":
        if companies is not None:
            reject("companies", "a discovery order finds its companies itself")
    elif not isinstance(companies, list) or not 1 <= len(companies) <= MAX_COMPANIES:
        reject("companies", f"must have 1 to {MAX_COMPANIES} companies")
    return errors


def validation_error(errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"code": "VALIDATION_ERROR", "message": "The request is invalid", "detail": {"validation_errors": errors}}
