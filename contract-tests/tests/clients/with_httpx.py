"""httpx with its defaults: a client, and an error for each status other than a success."""

import os

import httpx

from work import main

with httpx.Client(headers={"Authorization": f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"}) as client:

    def call(method, path, body):
        response = client.request(method, os.environ["OPENPROSPECT_API_URL"] + path, json=body)
        response.raise_for_status()
        return response.json()

    main(call)
