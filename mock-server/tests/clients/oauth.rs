//! Clients of the authorization server, with a library of each language: discovery, a sign-in on the page with PKCE, requests
//! to the API, a refresh after the token has expired, and a sign-out.

use std::{collections::HashMap, path::Path};

use mock_server::Settings;
use oauth2::{
    AccessToken, AuthUrl, AuthorizationCode, ClientId, CsrfToken, HttpRequest, HttpResponse,
    PkceCodeChallenge, RedirectUrl, Scope, TokenResponse, TokenUrl, basic::BasicClient,
};
use reqwest::{Client, Response, Url, header, redirect};
use serde_json::Value;

use crate::{command, printed, python, start_with};

/// What every program prints.
const SEEN: &str = "orders:read: 5 orders; an hour later 401; refreshed with another refresh token 200; \
                    revoked 200, then 401; invalid_grant";

/// The client that is registered for every organization.
const CLIENT: &str = "openprospect-dashboard";
/// The organization that the program in Rust signs in to.
const ORGANIZATION: &str = "oauth3";

/// The issuer of the authorization server of this API.
fn issuer(url: &str) -> String {
    Url::parse(url).unwrap().origin().ascii_serialization()
}

/// The output of a program that signs in to its own organization.
async fn program(program: &'static str, script: &'static str, organization: &str) -> String {
    let url = start_with(Settings::default()).await;
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/node");
    let program = match program {
        "python" => python(),
        other => other.into(),
    };
    let mut command = command(&program, script, &url, "");
    command
        .env("OPENPROSPECT_OAUTH_ISSUER", issuer(&url))
        .env("OPENPROSPECT_ORGANIZATION", organization)
        .env("NODE_PACKAGES", packages);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    printed(script, output.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn authlib_signs_in_refreshes_and_signs_out() {
    assert_eq!(program("python", "oauth.py", "oauth1").await, SEEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_signs_in_refreshes_and_signs_out() {
    assert_eq!(program("node", "oauth.mjs", "oauth2").await, SEEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn oauth2_crate_signs_in_refreshes_and_signs_out() {
    let api = Api::start().await;
    let metadata = api.metadata().await;
    let endpoint = |name: &str| metadata[name].as_str().unwrap().to_owned();
    let client = BasicClient::new(ClientId::new(CLIENT.to_owned()))
        .set_auth_uri(AuthUrl::new(endpoint("authorization_endpoint")).unwrap())
        .set_token_uri(TokenUrl::new(endpoint("token_endpoint")).unwrap())
        .set_redirect_uri(RedirectUrl::new("http://127.0.0.1:5000/callback".to_owned()).unwrap());
    let send = |request| api.send(request);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (authorize, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new("orders:read".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let sent_back = api.sign_in(&authorize).await;
    let sent_back: HashMap<_, _> = sent_back.query_pairs().collect();
    assert_eq!(sent_back["state"], **state.secret());
    assert_eq!(sent_back["iss"], api.issuer);
    let code = AuthorizationCode::new(sent_back["code"].to_string());
    let exchange = client.exchange_code(code).set_pkce_verifier(verifier);
    let token = exchange.request_async(&send).await.unwrap();
    assert_eq!(api.orders(token.access_token()).await, 200);

    api.advance_an_hour().await;
    assert_eq!(api.orders(token.access_token()).await, 401);
    let first = token.refresh_token().unwrap();
    let refresh = client.exchange_refresh_token(first);
    let refreshed = refresh.request_async(&send).await.unwrap();
    let second = refreshed.refresh_token().unwrap();
    assert_ne!(first.secret(), second.secret());
    assert_eq!(api.orders(refreshed.access_token()).await, 200);

    // The crate revokes over TLS only.
    let form = [("token", &**second.secret()), ("client_id", CLIENT)];
    let revoked = api.submit(&endpoint("revocation_endpoint"), &form).await;
    assert_eq!(revoked.status(), 200);
    assert_eq!(api.orders(refreshed.access_token()).await, 401);
    let over = client.exchange_refresh_token(second);
    let over = over.request_async(&send).await.unwrap_err().to_string();
    assert!(over.contains("invalid_grant"), "{over}");
}

/// A server, and an HTTP client for it.
struct Api {
    url: String,
    issuer: String,
    http: Client,
}

impl Api {
    async fn start() -> Self {
        // Another test may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = start_with(Settings::default()).await;
        let http = Client::builder().redirect(redirect::Policy::none());
        Self {
            issuer: issuer(&url),
            url,
            http: http.build().unwrap(),
        }
    }

    /// Sends a request of the library.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
        let response = self.http.execute(request.try_into()?).await?;
        let mut copy = http::Response::builder().status(response.status());
        let headers = copy.headers_mut().unwrap();
        headers.extend(response.headers().clone());
        Ok(copy.body(response.bytes().await?.to_vec()).unwrap())
    }

    async fn metadata(&self) -> Value {
        let url = format!("{}/.well-known/oauth-authorization-server", self.issuer);
        let response = self.http.get(url).send().await.unwrap();
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }

    /// The status of a request for the orders.
    async fn orders(&self, token: &AccessToken) -> u16 {
        let request = self.http.get(format!("{}/orders", self.url));
        let response = request.bearer_auth(token.secret()).send().await;
        response.unwrap().status().as_u16()
    }

    async fn advance_an_hour(&self) {
        let issuer = &self.issuer;
        let url = format!("{issuer}/_mock/organizations/{ORGANIZATION}/clock/advance");
        let advanced = self.http.post(url).body(r#"{"by": "1h"}"#).send().await;
        assert_eq!(advanced.unwrap().status(), 200);
    }

    async fn submit(&self, url: &str, form: &[(impl AsRef<str>, impl AsRef<str>)]) -> Response {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let form_type = "application/x-www-form-urlencoded";
        let request = self.http.post(url).header(header::CONTENT_TYPE, form_type);
        request.body(form).send().await.unwrap()
    }

    /// Does what the user does in a browser; returns the final redirect target.
    async fn sign_in(&self, authorize: &Url) -> Url {
        let page = self.http.get(authorize.clone()).send().await.unwrap();
        let page = page.text().await.unwrap();
        let hidden = page.split("<input type=\"hidden\" name=\"").skip(1);
        let hidden = hidden.map(|input| {
            let mut parts = input.split('"');
            let (name, value) = (parts.next().unwrap(), parts.nth(1).unwrap());
            (name, value.replace("&amp;", "&"))
        });
        let filled_in = [
            ("organization", ORGANIZATION),
            ("user", "admin"),
            ("decision", "allow"),
        ];
        let filled_in = filled_in.map(|(name, value)| (name, value.to_owned()));
        let form: Vec<_> = hidden.chain(filled_in).collect();
        let response = self.submit(&endpoint_of(authorize), &form).await;
        assert_eq!(response.status(), 303);
        Url::parse(response.headers()[header::LOCATION].to_str().unwrap()).unwrap()
    }
}

/// A URL without its query.
fn endpoint_of(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}
