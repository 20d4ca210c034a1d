//! The authorization response: the redirect to the client, with a code or an error.

use http::header;
use serde_json::json;
use url::form_urlencoded;

use super::{
    parameters::Parameters,
    server::{AuthorizationServer, REDIRECT_URI, authorization_request},
};
use crate::{
    finding::{Exchange, NotPassed, Outcome},
    provider::session::Session,
};

/// A `state` that careless encoding would change.
const STATE: &str = "a b+c&d=e%2F/ü";

/// A redirect to a client.
pub(super) struct AuthorizationResponse {
    exchange: Exchange,
    parameters: Vec<(String, String)>,
}

impl AuthorizationResponse {
    pub(super) fn from_exchange(exchange: Exchange) -> Result<Self, NotPassed> {
        let status = exchange.status.as_u16();
        let is_redirect = [302, 303].contains(&status);
        exchange.expect_that(is_redirect, "status", "302 or 303", json!(status))?;
        let (_, query) = location(&exchange);
        let parameters = form_urlencoded::parse(query.as_bytes()).into_owned();
        Ok(Self {
            parameters: parameters.collect(),
            exchange,
        })
    }

    /// The value of a parameter that occurs exactly once.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut values = self.parameters.iter().filter(|(own, _)| own == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    pub(super) fn code(&self) -> Result<String, NotPassed> {
        let code = self.parameter("code").map(str::to_owned);
        code.ok_or_else(|| {
            let actual = json!(self.parameter("error"));
            self.exchange
                .violation("parameter code", json!("a code"), actual, "is missing")
        })
    }

    pub(super) fn expect(&self, name: &str, expected: Option<&str>) -> Outcome {
        let at = format!("parameter {name}");
        self.exchange
            .expect(&at, &json!(expected), &json!(self.parameter(name)))
    }
}

/// The target of a redirect: the URI, and the query that is added to it.
pub(super) fn location(exchange: &Exchange) -> (&str, &str) {
    let location = exchange.header(header::LOCATION).unwrap_or_default();
    location.split_once('?').unwrap_or((location, ""))
}

/// Invalid authorization requests, each with its error.
fn invalid_requests(valid: &Parameters) -> [(&'static str, Parameters); 4] {
    [
        (
            "unsupported_response_type",
            valid.clone().with("response_type", "token"),
        ),
        ("invalid_request", valid.clone().without("response_type")),
        (
            "invalid_scope",
            valid.clone().with("scope", "orders:read no-such-scope"),
        ),
        ("login_required", valid.clone().without("login_hint")),
    ]
}

pub(in crate::provider::checks) async fn responses(session: &Session) -> Outcome {
    let server = AuthorizationServer::discover(session).await?;
    let tenant = session.tenant().await?;
    let issuer = server.issuer();
    let valid = authorization_request(tenant.name()).with("state", STATE);
    let codes = [
        (Some(STATE), valid.clone()),
        (None, valid.clone().without("state")),
    ];
    for (state, request) in codes {
        let response = read(&server, &request).await?;
        session.secrets.add(&response.code()?);
        response.expect("state", state)?;
        response.expect("iss", Some(&issuer))?;
        response.expect("error", None)?;
    }
    for (error, request) in invalid_requests(&valid) {
        let response = read(&server, &request).await?;
        response.expect("error", Some(error))?;
        response.expect("state", Some(STATE))?;
        response.expect("iss", Some(&issuer))?;
        response.expect("code", None)?;
    }
    Ok(())
}

async fn read(
    server: &AuthorizationServer<'_>,
    request: &Parameters,
) -> Result<AuthorizationResponse, NotPassed> {
    let exchange = server.authorize(request).await?;
    let (target, _) = location(&exchange);
    exchange.expect("header location", &json!(REDIRECT_URI), &json!(target))?;
    AuthorizationResponse::from_exchange(exchange)
}
