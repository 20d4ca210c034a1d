"""aiohttp with aiohttp-retry, as its documentation sets it up: exponential back-off, and an error for each status of failure."""

import asyncio
import os

from aiohttp_retry import ExponentialRetry, RetryClient

from work import main

HEADERS = {"Authorization": f"Bearer {os.environ['OPENPROSPECT_API_KEY']}"}


async def start():
    return RetryClient(raise_for_status=True, retry_options=ExponentialRetry(attempts=3), headers=HEADERS)


async def send(client, method, path, body):
    async with client.request(method, os.environ["OPENPROSPECT_API_URL"] + path, json=body) as response:
        return await response.json()


with asyncio.Runner() as runner:
    client = runner.run(start())
    try:
        main(lambda method, path, body: runner.run(send(client, method, path, body)))
    finally:
        runner.run(client.close())
