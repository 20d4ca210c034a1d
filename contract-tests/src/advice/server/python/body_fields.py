from typing import Any

FEATURES = {"COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"}
MAX_FEATURES = 50
MAX_COMPANIES = 10_000


def errors_of_order(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of four fields; check those of all others, such as of each company, before anything is stored, too.

    No value is converted, cut or replaced.
    """
    errors: list[dict[str, Any]] = []

    def reject(field: str, error: str) -> None:
        errors.append({"field": field, "error": error, "provided": body.get(field)})

    title, features, companies = body.get("title"), body.get("features"), body.get("companies")
    order_type = body.get("order_type", "ENRICHMENT")
    if not isinstance(title, str) or not 1 <= len(title) <= 200 or not title.strip():
        reject("title", "must be a text of 1 to 200 characters, and not blank")
    are_features = isinstance(features, list) and all(isinstance(item, str) and item in FEATURES for item in features)
    if not are_features or not 1 <= len(features) <= MAX_FEATURES:
        reject("features", f"must be a list of 1 to {MAX_FEATURES} of {', '.join(sorted(FEATURES))}")
    if order_type not in ("ENRICHMENT", "DISCOVERY"):
        reject("order_type", "must be ENRICHMENT or DISCOVERY")
    elif order_type == "DISCOVERY":
        if "companies" in body:
            reject("companies", "a discovery order finds its companies itself")
    elif not isinstance(companies, list) or not 1 <= len(companies) <= MAX_COMPANIES:
        reject("companies", f"must have 1 to {MAX_COMPANIES} companies")
    return errors


def validation_error(errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"code": "VALIDATION_ERROR", "message": "The request is invalid", "detail": {"validation_errors": errors}}
