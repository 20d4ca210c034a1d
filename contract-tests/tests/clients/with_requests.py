"""requests with its defaults: a session, and an error for each status other than a success."""

import os

import requests

from work import main

with requests.Session() as session:
    session.headers["Authorization"] = f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"

    def call(method, path, body):
        response = session.request(method, os.environ["OPENPROSPECT_API_URL"] + path, json=body)
        response.raise_for_status()
        return response.json()

    main(call)
