import threading
import time

import requests

PAUSE = 5.0


class SessionEndedError(Exception):
    """The user has to sign in again."""


class Session:
    """One access token for all threads, refreshed once when the API rejects it."""

    def __init__(self, token_endpoint: str, client_id: str, refresh_token: str) -> None:
        self.token_endpoint = token_endpoint
        self.client_id = client_id
        self.refresh_token: str | None = refresh_token
        self.access_token = ""
        self.not_before = 0.0
        self.lock = threading.Lock()

    def renewed(self, rejected: str) -> str:
        """Replaces a rejected access token. The first thread refreshes it, the others wait."""
        with self.lock:
            if self.refresh_token is None:
                raise SessionEndedError
            if self.access_token not in ("", rejected):
                return self.access_token
            self.access_token = ""
            if time.monotonic() < self.not_before:
                raise RuntimeError("the sign-in failed a moment ago")
            form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token, "client_id": self.client_id}
            response = requests.post(self.token_endpoint, data=form, timeout=(3, 20))
            if response.status_code == 400 and response.json().get("error") == "invalid_grant":
                self.end()
                raise SessionEndedError
            if not response.ok:
                self.not_before = time.monotonic() + PAUSE
                raise RuntimeError(f"the sign-in failed: {response.status_code}")
            tokens = response.json()
            self.refresh_token = tokens.get("refresh_token", self.refresh_token)
            self.access_token = tokens["access_token"]
            return self.access_token

    def get(self, url: str) -> requests.Response:
        """Sends a request, and repeats it once if its access token is rejected."""
        token = self.access_token or self.renewed("")
        response = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=(3, 20))
        if response.status_code != 401:
            return response
        token = self.renewed(token)
        response = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=(3, 20))
        if response.status_code == 401:
            self.end()
        return response

    def end(self) -> None:
        """Drops tokens that are no longer valid."""
        self.refresh_token, self.access_token = None, ""
