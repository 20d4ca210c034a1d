"""httpx with stamina, as its documentation shows it: three attempts at whatever httpx raises."""

import os

import httpx
import stamina

from work import main

with httpx.Client(headers={"Authorization": f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"}) as client:

    @stamina.retry(on=httpx.HTTPError, attempts=3)
    def call(method, path, body):
        response = client.request(method, os.environ["OPENPROSPECT_API_URL"] + path, json=body)
        response.raise_for_status()
        return response.json()

    main(call)
