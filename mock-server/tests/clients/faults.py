"""What a Python library sees of each fault: it is named first, the faults after it.

Each fault meets the first of two calls on one connection pool; the second is plain.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

library = __import__(sys.argv[1])
url = os.environ["OPENPROSPECT_API_URL"] + "/orders?limit=2"
key = {"Authorization": f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"}


def call(session, headers):
    try:
        response = session.get(url, headers=key | headers, timeout=2)
        body = response.content
    except Exception as error:
        return type(error).__name__
    try:
        json.loads(body)
        return f"{response.status_code}, JSON"
    except ValueError:
        return f"{response.status_code}, no JSON"
    except RecursionError:
        return f"{response.status_code}, RecursionError"


def both(fault):
    session = library.Client() if library.__name__ == "httpx" else library.Session()
    with session:
        return [call(session, {"X-Mock-Fault": fault}), call(session, {})]


with ThreadPoolExecutor(8) as pool:
    print(json.dumps(list(pool.map(both, sys.argv[2:]))))
