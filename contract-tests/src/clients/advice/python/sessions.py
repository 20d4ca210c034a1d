import threading
import time

import requests

PAUSE = 5.0


class SessionEndedError(Exception):
    """The user has to sign in again."""


class Session:
    """One access token for all threads, which is renewed once when the API rejects it."""

    def __init__(self, token_endpoint: str, client_id: str, refresh_token: str) -> None:
        self.token_endpoint = token_endpoint
        self.client_id = client_id
        self.refresh_token: str | None = refresh_token
        self.access_token = ""
        self.not_before = 0.0
        self.lock = threading.Lock()

    def renewed(self, rejected: str) -> str:
        """The access token that replaces a rejected one. The first thread refreshes, the others wait for it."""
        with self.lock:
            if self.refresh_token is None:
                raise SessionEndedError
            if self.access_token not in ("", rejected):
                return self.access_token
            self.access_token = ""
            if time.monotonic() < self.not_before:
                raise RuntimeError("the sign-in failed a moment ago")
            form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token, "client_id": self.client_id}
            answer = requests.post(self.token_endpoint, data=form, timeout=(3, 20))
            if answer.status_code == 400 and answer.json().get("error") == "invalid_grant":
                self.end()
                raise SessionEndedError
            if not answer.ok:
                self.not_before = time.monotonic() + PAUSE
                raise RuntimeError(f"the sign-in failed: {answer.status_code}")
            tokens = answer.json()
            self.refresh_token = tokens.get("refresh_token", self.refresh_token)
            self.access_token = tokens["access_token"]
            return self.access_token

    def get(self, url: str) -> requests.Response:
        """Makes a call, and once more when its access token is rejected."""
        token = self.access_token or self.renewed("")
        answer = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=(3, 20))
        if answer.status_code != 401:
            return answer
        token = self.renewed(token)
        answer = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=(3, 20))
        if answer.status_code == 401:
            self.end()
        return answer

    def end(self) -> None:
        """Forgets tokens that are not valid."""
        self.refresh_token, self.access_token = None, ""
