"""A user signs in, a program works for them until they sign out: with Authlib, as its documentation has it."""

import os
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx
from authlib.integrations.httpx_client import OAuth2Client, OAuthError

ISSUER = os.environ["OPENPROSPECT_OAUTH_ISSUER"]
ORGANIZATION = os.environ["OPENPROSPECT_ORGANIZATION"]
ORDERS = f"{ISSUER}/api/v1/orders"


class SignInForm(HTMLParser):
    """The fields of the page, as a browser would send them."""

    def __init__(self, page: str):
        super().__init__()
        self.action, self.fields = "", {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.action = attributes["action"]
        elif tag == "input" and attributes.get("type") == "hidden":
            self.fields[attributes["name"]] = attributes["value"]


def sign_in(url: str) -> str:
    """What the user does in a browser; returns where it ends up."""
    form = SignInForm(httpx.get(url).raise_for_status().text)
    filled_in = {"organization": ORGANIZATION, "user": "admin", "decision": "allow"}
    response = httpx.post(urljoin(url, form.action), data={**form.fields, **filled_in}, headers={"Origin": ISSUER})
    assert response.status_code == 303, response.text
    return response.headers["location"]


metadata = httpx.get(f"{ISSUER}/.well-known/oauth-authorization-server").raise_for_status().json()
client = OAuth2Client(
    "openprospect-dashboard",
    scope="orders:read",
    redirect_uri="http://127.0.0.1:5000/callback",
    code_challenge_method="S256",
    token_endpoint_auth_method="none",
)
verifier = "a-verifier-of-at-least-43-characters-is-what-it-takes"
url, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
token = client.fetch_token(
    metadata["token_endpoint"], authorization_response=sign_in(url), state=state, code_verifier=verifier
)
seen = [f"{token['scope']}: {client.get(ORDERS).json()['total']} orders"]

httpx.post(f"{ISSUER}/_mock/organizations/{ORGANIZATION}/clock/advance", json={"by": "1h"}).raise_for_status()
seen.append(f"an hour later {client.get(ORDERS).status_code}")
first = token["refresh_token"]
token = client.refresh_token(metadata["token_endpoint"], refresh_token=first)
rotated = "another" if token["refresh_token"] != first else "the same"
seen.append(f"refreshed with {rotated} refresh token {client.get(ORDERS).status_code}")

revoked = client.revoke_token(metadata["revocation_endpoint"], token["refresh_token"], "refresh_token")
seen.append(f"revoked {revoked.status_code}, then {client.get(ORDERS).status_code}")
try:
    client.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
except OAuthError as error:
    seen.append(error.error)
print("; ".join(seen))
