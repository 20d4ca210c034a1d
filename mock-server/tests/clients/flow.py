"""A whole integration: from a prospect search and a blacklist to delivered prospects and feedback."""

import os
import time

import httpx

api = httpx.Client(
    base_url=os.environ["OPENPROSPECT_API_URL"],
    headers={"Authorization": f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"},
)


def call(method: str, path: str, **kwargs):
    response = api.request(method, path, **kwargs)
    response.raise_for_status()
    return response.json()


def rows(path: str, **params):
    """Every row of a list, page by page."""
    offset, more = 0, True
    while more:
        page = call("GET", path, params={**params, "limit": 20, "offset": offset})
        yield from page["items"]
        offset, more = offset + len(page["items"]), page["has_more"]


search = next(rows("/prospect-searches"))
search = call(
    "PATCH",
    f"/prospect-searches/{search['id']}",
    json={"version": search["version"], "name": "Hotels", "geo_locations": ["Bayern"]},
)
stripped = ",".join(search["stripped_fields"])

companies = list(rows("/companies", prospect_search_id=search["id"]))
ours = min(companies, key=lambda company: company["name"])
blacklist = call("POST", "/blacklists", json={"name": "Customers"})
call("POST", f"/blacklists/{blacklist['id']}/entries", json={"entries": [{"website_url": ours["website"]}]})
call("PUT", f"/prospect-searches/{search['id']}/blacklists", json={"blacklist_ids": [blacklist["id"]]})

order = call(
    "POST",
    "/orders",
    json={
        "title": "Find hotels",
        "order_type": "DISCOVERY",
        "features": ["COMPANY_DATA", "CONTACTS"],
        "prospect_search_id": search["id"],
        "quantity": 10_000,
    },
)
while order["status"] != "COMPLETED":
    time.sleep(0.02)
    order = call("GET", f"/orders/{order['id']}")

deliveries = list(rows("/deliveries", order_id=order["id"]))
found = {delivery["company_id"] for delivery in deliveries}
people = sum(len(delivery["prospects"]) for delivery in deliveries)
rated = call("PUT", f"/deliveries/{deliveries[0]['id']}/feedback", json={"rating": "good"})
print(
    f"{search['name']} without {stripped}: {len(companies)} companies, {len(deliveries)} delivered "
    f"{'with' if ours['id'] in found else 'without'} ours, {people} people, the first is {rated['feedback']['rating']}"
)
