"""httpx with tenacity, as its documentation shows it: attempts that end after a number, and exponential back-off with jitter."""

import os

import httpx
from tenacity import retry, stop_after_attempt, wait_random_exponential

from work import main

with httpx.Client(headers={"Authorization": f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"}) as client:

    @retry(stop=stop_after_attempt(4), wait=wait_random_exponential(multiplier=1, max=60), reraise=True)
    def call(method, path, body):
        response = client.request(method, os.environ["OPENPROSPECT_API_URL"] + path, json=body)
        response.raise_for_status()
        return response.json()

    main(call)
