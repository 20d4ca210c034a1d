"""The calls of the vendor page's Python samples, with the fields they read."""

import os
import sys

import httpx

api_url = os.environ["OPENPROSPECT_API_URL"]
api_key = os.getenv("OPENPROSPECT_API_KEY")


def list_orders() -> httpx.Response:
    return httpx.get(
        f"{api_url}/orders",
        headers={"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"},
        params={"limit": 10},
    )


def create_order() -> httpx.Response:
    return httpx.post(
        f"{api_url}/orders",
        headers={"Authorization": f"Bearer {api_key}"},
        json={
            "title": "Q1 Enrichment",
            "features": ["CONTACTS"],
            "companies": [{"company_name": "Example Corp"}],
        },
    )


def understood(response: httpx.Response) -> str:
    if response.status_code == 401:
        return "401: check your API key"
    if response.status_code == 403:
        detail = response.json()["detail"]
        required, held = ",".join(detail["required_scopes"]), ",".join(detail["user_scopes"])
        return f"403: required {required}; held {held}"
    if response.status_code == 429:
        return f"429: retry after {int(response.headers.get('Retry-After', 60))} s"
    response.raise_for_status()
    body = response.json()
    if "orders" not in body:
        return f"created an order that is {body['status']}: {body['title']}"
    first = body["orders"][0]
    found = len(body["orders"])
    return f"found {found} of {body['total']} orders, the first is {first['status']}: {first['title']}"


print(understood({"list": list_orders, "create": create_order}[sys.argv[1]]()))
