"""What each Python client does: all orders, page by page; a new one; and its end.

A client is a function that makes one call and returns the JSON of the answer; whatever else is answered, it raises.
"""

import sys
import time

ORDER = {"title": "Hotels", "features": ["CONTACTS"], "companies": [{"company_name": "Example Corp"}]}
PAGE = 2


def work(call):
    offset, total = 0, 1
    while offset < total:
        page = call("GET", f"/orders?limit={PAGE}&offset={offset}", None)
        offset, total = offset + len(page["orders"]), page["total"]
    order = call("POST", "/orders", ORDER)
    while order["status"] not in ("COMPLETED", "CANCELLED"):
        time.sleep(1.1)
        order = call("GET", f"/orders/{order['id']}", None)


def main(call):
    try:
        work(call)
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
