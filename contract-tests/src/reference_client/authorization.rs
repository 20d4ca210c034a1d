//! The client side of the authorization server: finding its endpoints, signing in, and refreshing.

use std::time::Duration;

use reqwest::{Response, StatusCode, header};
use serde_json::Value;
use tokio::sync::OnceCell;
use url::{Url, form_urlencoded::Serializer};

use super::{
    Behaviour, Failure,
    behaviour::OnTokenFailure,
    body,
    http::{http_client, pause},
    pkce,
    session::{SignIn, Tokens},
};
use crate::http::Trust;

/// Path of the server's metadata (RFC 8414).
const METADATA: &str = "/.well-known/oauth-authorization-server";
/// Target of the code. Nothing listens there: the client reads the redirect itself.
const REDIRECT_URI: &str = "http://127.0.0.1/callback";
/// Maximum number of requests to the token endpoint while it is unavailable.
const ATTEMPTS: u32 = 4;
const TOO_MANY_ATTEMPTS: u32 = 12;

/// The authorization server.
#[derive(Debug)]
pub(super) struct AuthorizationServer {
    http: reqwest::Client,
    sign_in: SignIn,
    behaviour: Behaviour,
    endpoints: OnceCell<Endpoints>,
}

/// The endpoints from its metadata.
#[derive(Clone, Debug)]
struct Endpoints {
    authorize: Url,
    token: Url,
}

fn failed(reason: impl Into<String>) -> Failure {
    Failure::SignIn(reason.into())
}

/// A library's error message, without the URL.
fn connection_failure(error: reqwest::Error) -> Failure {
    failed(format!("no response: {}", error.without_url()))
}

impl AuthorizationServer {
    pub(super) fn new(
        sign_in: SignIn,
        behaviour: &Behaviour,
        trust: &Trust,
    ) -> Result<Self, Failure> {
        Ok(Self {
            http: http_client(behaviour, trust).map_err(|error| failed(error.to_string()))?,
            sign_in,
            behaviour: behaviour.clone(),
            endpoints: OnceCell::new(),
        })
    }

    /// Signs in without a page: the server knows the user, so nothing has to be typed.
    pub(super) async fn sign_in(&self) -> Result<Tokens, Failure> {
        let oauth = &self.behaviour.oauth;
        let endpoints = self.endpoints().await?;
        let verifier = pkce::verifier(oauth)?;
        let state = pkce::random::<16>()?;
        let mut url = endpoints.authorize.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.sign_in.client_id)
            .append_pair("redirect_uri", REDIRECT_URI)
            .append_pair("state", &state)
            .extend_pairs(pkce::challenge(oauth, &verifier))
            .append_pair("prompt", "none")
            .append_pair("login_hint", &self.sign_in.login_hint);
        let response = self
            .http
            .get(url)
            .send()
            .await
            .map_err(connection_failure)?;
        let code = self.code(&response, &state)?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("client_id", &self.sign_in.client_id),
            ("code_verifier", &verifier),
        ];
        self.token(&form).await
    }

    /// The code of an authorization response, if it belongs to this client's request.
    fn code(&self, response: &Response, state: &str) -> Result<String, Failure> {
        let oauth = &self.behaviour.oauth;
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|location| Url::parse(location.to_str().ok()?).ok());
        let location = location.ok_or_else(|| failed("no redirect came back"))?;
        let parameter = |wanted: &str| {
            let mut pairs = location.query_pairs();
            let found = pairs.find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned())
        };
        if oauth.checks_issuer && parameter("iss").as_ref() != Some(&self.sign_in.issuer) {
            return Err(failed("the response comes from another server"));
        }
        if oauth.checks_state && parameter("state").as_deref() != Some(state) {
            return Err(failed("the response belongs to another request"));
        }
        match (parameter("code"), parameter("error")) {
            (Some(code), _) => Ok(code),
            (None, Some(error)) => Err(failed(error)),
            (None, None) => Err(failed("the redirect brings no code")),
        }
    }

    /// Redeems the refresh token.
    pub(super) async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, Failure> {
        let Some(refresh) = &tokens.refresh else {
            return Err(Failure::SessionEnded);
        };
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &**refresh),
            ("client_id", &self.sign_in.client_id),
        ];
        let new = self.token(&form).await?;
        let keeps_new = self.behaviour.oauth.keeps_new_refresh_token;
        Ok(Tokens {
            refresh: new.refresh.filter(|_| keeps_new).or(tokens.refresh.clone()),
            ..new
        })
    }

    /// Sends a request to the token endpoint, and retries while the endpoint is unavailable.
    async fn token(&self, form: &[(&str, &str)]) -> Result<Tokens, Failure> {
        let on_failure = self.behaviour.oauth.on_failure;
        let attempts = match on_failure {
            OnTokenFailure::BackOff | OnTokenFailure::RepeatAtOnce => ATTEMPTS,
            OnTokenFailure::RepeatOften => TOO_MANY_ATTEMPTS,
        };
        let mut attempt = 1;
        loop {
            let failure = match self.try_once(form).await {
                Ok(Some(tokens)) => return Ok(tokens),
                Ok(None) => failed("the token endpoint is not available"),
                Err(failure @ Failure::Unreachable(_)) => failed(failure.to_string()),
                Err(failure) => return Err(failure),
            };
            if attempt >= attempts {
                return Err(failure);
            }
            pause(match on_failure {
                OnTokenFailure::BackOff => self.behaviour.backoff.wait(attempt),
                OnTokenFailure::RepeatAtOnce => Duration::ZERO,
                OnTokenFailure::RepeatOften => self.behaviour.backoff.wait(1),
            })
            .await;
            attempt += 1;
        }
    }

    /// One request to the token endpoint; `None` if the endpoint is unavailable.
    async fn try_once(&self, form: &[(&str, &str)]) -> Result<Option<Tokens>, Failure> {
        let mut url = self.endpoints().await?.token.clone();
        if self.behaviour.oauth.repeats_form_in_url {
            url.query_pairs_mut().extend_pairs(form);
        }
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(url);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.header(header::ACCEPT, "application/json");
        let unreachable =
            |error: reqwest::Error| Failure::Unreachable(error.without_url().to_string());
        let response = request.body(body).send().await.map_err(unreachable)?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Ok(None);
        }
        let body = self.json(response).await?;
        if !status.is_success() {
            return Err(match body["error"].as_str() {
                Some("invalid_grant") => Failure::SessionEnded,
                Some(error) => failed(error),
                None => failed(format!("the token endpoint returned {status}")),
            });
        }
        let text = |name: &str| body[name].as_str().map(ToOwned::to_owned);
        let access = text("access_token").ok_or_else(|| failed("no access token came"))?;
        Ok(Some(Tokens {
            access,
            refresh: text("refresh_token"),
        }))
    }

    async fn json(&self, response: Response) -> Result<Value, Failure> {
        let body = body::read(response, self.behaviour.max_response_bytes).await;
        let body = body.map_err(connection_failure)?;
        let body = body.ok_or_else(|| failed("too large a response"))?;
        serde_json::from_slice(&body).map_err(|_| failed("a response that is not JSON"))
    }

    /// The endpoints, according to the issuer's metadata.
    async fn endpoints(&self) -> Result<&Endpoints, Failure> {
        let read = async || {
            let issuer = &self.sign_in.issuer;
            let url = format!("{}{METADATA}", issuer.trim_end_matches('/'));
            let response = self
                .http
                .get(url)
                .send()
                .await
                .map_err(connection_failure)?;
            let metadata = self.json(response).await?;
            if metadata["issuer"].as_str() != Some(issuer) {
                return Err(failed("the metadata are those of another issuer"));
            }
            let endpoint = |name: &str| {
                let url = metadata[name].as_str();
                let url = url.and_then(|url| Url::parse(url).ok());
                url.ok_or_else(|| failed(format!("the metadata have no {name}")))
            };
            Ok(Endpoints {
                authorize: endpoint("authorization_endpoint")?,
                token: endpoint("token_endpoint")?,
            })
        };
        self.endpoints.get_or_try_init(read).await
    }
}
