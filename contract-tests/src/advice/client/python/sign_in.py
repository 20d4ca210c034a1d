import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import requests


class SignIn:
    """One sign-in, with its own state and code verifier."""

    def __init__(self, metadata: dict[str, str], client_id: str, redirect_uri: str) -> None:
        self.metadata, self.client_id, self.redirect_uri = metadata, client_id, redirect_uri
        self.state = secrets.token_urlsafe(16)
        self.verifier = secrets.token_urlsafe(32)

    def url(self) -> str:
        """The URL to open in the browser."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.metadata['authorization_endpoint']}?{urlencode(query)}"

    def tokens(self, redirect: str) -> dict[str, str]:
        """Exchanges the code of the redirect for tokens, if the redirect belongs to this sign-in."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(redirect).query).items()}
        if query.get("state") != self.state or query.get("iss") != self.metadata["issuer"]:
            raise RuntimeError("the response belongs to another sign-in")
        form = {
            "grant_type": "authorization_code",
            "code": query["code"],
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            "code_verifier": self.verifier,
        }
        response = requests.post(self.metadata["token_endpoint"], data=form, timeout=(3, 20))
        response.raise_for_status()
        return response.json()
