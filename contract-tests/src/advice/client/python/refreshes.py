import random
import time

import requests

ATTEMPTS = 3


class SessionEnded(Exception):
    """Tell the user to sign in again."""


class SignInUnavailable(Exception):
    """Tell the user that the sign-in failed, and to try later. The session may still be valid."""


def refresh(session: requests.Session, token_endpoint: str, client_id: str, refresh_token: str) -> dict[str, str]:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client_id}
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(2**attempt * random.uniform(1.0, 1.5))
        response = session.post(token_endpoint, data=form, timeout=(3, 20))
        if response.status_code == 200:
            return response.json()
        if response.status_code == 400 and response.json().get("error") == "invalid_grant":
            raise SessionEnded
        if response.status_code != 429 and response.status_code < 500:
            break
    raise SignInUnavailable(response.status_code)
