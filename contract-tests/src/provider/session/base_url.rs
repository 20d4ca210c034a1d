//! Verifies the base URL. With a missing or an extra `/api/v1`, every check would fail.

use http::StatusCode;
use schemas::{API_PREFIX, OperationId};
use url::Url;

use super::{Options, SessionError};
use crate::{
    finding::{ApiRequest, Exchange, NotPassed},
    http::Client,
};

/// Maximum number of requests that [`verify`] sends.
pub(crate) const MAX_REQUESTS: usize = 2;

/// Verifies that the target responds and is the API; returns the number of requests sent.
pub(super) async fn verify(client: &Client, options: &Options) -> Result<usize, SessionError> {
    let base = &options.base;
    let reached = client.send(probe_request()).await;
    if let Err(NotPassed::Inconclusive(reason)) = reached {
        return Err(SessionError::Unreachable(base.clone(), reason));
    }
    let Ok(exchange) = reached else { return Ok(1) };
    if is_the_api(&exchange) {
        return Ok(1);
    }
    let alternative = alternative_to(base);
    let client = Client::new(
        alternative.clone(),
        options.response_timeout,
        &options.trust,
    )?;
    let found = client.send(probe_request()).await;
    if found.is_ok_and(|exchange| is_the_api(&exchange)) {
        let status = exchange.status.as_u16();
        return Err(SessionError::WrongBaseUrl(format!(
            "the API is not at {base}: GET /orders returns {status}; did you mean {alternative}?"
        )));
    }
    Ok(2)
}

/// A request that every server of the API responds to, without a key.
fn probe_request() -> ApiRequest {
    ApiRequest::to(OperationId::ListOrders.operation())
}

/// Whether the API could return this response to a request without a key: a rejection in JSON, or a public list.
fn is_the_api(exchange: &Exchange) -> bool {
    let refused = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    let status = exchange.status;
    exchange.json().is_object() && (status.is_success() || refused.contains(&status))
}

/// The same URL with the API prefix added, or removed.
fn alternative_to(base: &Url) -> Url {
    let path = base.path().trim_end_matches('/');
    let other = match path.strip_suffix(API_PREFIX) {
        Some(without) => without.to_owned(),
        None => format!("{path}{API_PREFIX}"),
    };
    let mut url = base.clone();
    url.set_path(&other);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_a_missing_or_a_surplus_prefix() {
        let alternative = |base: &str| alternative_to(&base.parse().unwrap()).to_string();
        for (base, instead) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v1"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/api/v1"),
            (
                "http://proxy.example/team/",
                "http://proxy.example/team/api/v1",
            ),
            (
                "http://proxy.example/team/api/v1/",
                "http://proxy.example/team",
            ),
        ] {
            assert_eq!(alternative(base), instead);
        }
    }
}
