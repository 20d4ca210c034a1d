//! Authentication.

use http::{HeaderMap, header};
use schemas::{ErrorCode, Operation, OperationId, documents::Document, examples};
use serde_json::json;

use crate::{
    contract::{EchoDetector, UNKNOWN_ID},
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::Session,
};

/// Well-formed but unknown keys.
pub(super) const UNKNOWN: &str = "lnc_test_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe";
const LIVE: &str = "lnc_live_Q7nV2kD9sR4wX8bL1mT6cF3hJ5pZ0yAe";
/// Malformed: one character short of the documented length, like the sample on the vendor's own page.
const MALFORMED: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF";

/// A well-formed request without a key.
pub(crate) fn unauthenticated_request(operation: &'static Operation) -> ApiRequest {
    let request = ApiRequest::on(operation, UNKNOWN_ID);
    if let Some(document) = operation.request {
        request.json(&examples::body(document))
    } else {
        request
    }
}

fn list_orders() -> ApiRequest {
    ApiRequest::to(OperationId::ListOrders.operation())
}

fn refused(exchange: &Exchange) -> Outcome {
    exchange.expect_error(ErrorCode::AuthenticationError)
}

pub(super) async fn missing(session: &Session, operation: &'static Operation) -> Outcome {
    refused(&session.send(unauthenticated_request(operation)).await?)
}

pub(super) async fn scheme(session: &Session) -> Outcome {
    refused(
        &session
            .send(list_orders().authorization("Basic bG5jOnRlc3Q="))
            .await?,
    )?;
    // The key is valid, the scheme is not.
    let key = session.tenant().await?.full_key().await?;
    refused(
        &session
            .send(list_orders().authorization(&format!("Token {}", key.expose())))
            .await?,
    )
}

pub(super) async fn malformed(session: &Session) -> Outcome {
    for text in [
        "Bearer",
        "Bearer x",
        &format!("Bearer {MALFORMED}"),
        &format!("Bearer {UNKNOWN}0"),
    ] {
        refused(&session.send(list_orders().authorization(text)).await?)?;
    }
    Ok(())
}

pub(super) async fn unknown(session: &Session, operation: &'static Operation) -> Outcome {
    refused(
        &session
            .send(unauthenticated_request(operation).authorization(&format!("Bearer {UNKNOWN}")))
            .await?,
    )
}

pub(super) async fn live(session: &Session) -> Outcome {
    refused(
        &session
            .send(list_orders().authorization(&format!("Bearer {LIVE}")))
            .await?,
    )
}

pub(super) async fn revoked(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    refused(
        &session
            .send(unauthenticated_request(operation).key(&tenant.revoked_key().await?))
            .await?,
    )
}

pub(super) async fn expired(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    refused(
        &session
            .send(unauthenticated_request(operation).key(&tenant.expired_key().await?))
            .await?,
    )
}

/// A 401 for each cause that the target allows; the flag is true if a bearer token was sent.
async fn every_cause(session: &Session) -> Result<Vec<(bool, Exchange)>, NotPassed> {
    let tenant = session.tenant().await?;
    let mut causes = vec![
        (false, list_orders()),
        (false, list_orders().authorization("Basic bG5jOnRlc3Q=")),
        (
            true,
            list_orders().authorization(&format!("Bearer {MALFORMED}")),
        ),
        (
            true,
            list_orders().authorization(&format!("Bearer {UNKNOWN}")),
        ),
        (true, list_orders().authorization(&format!("Bearer {LIVE}"))),
    ];
    for key in [tenant.revoked_key().await, tenant.expired_key().await] {
        match key {
            Ok(key) => causes.push((true, list_orders().key(&key))),
            Err(NotPassed::Skipped(_)) => {}
            Err(other) => return Err(other),
        }
    }
    let mut refusals = Vec::new();
    for (presented, request) in causes {
        let exchange = session.send(request).await?;
        exchange.expect_status(401)?;
        refusals.push((presented, exchange));
    }
    Ok(refusals)
}

pub(super) async fn same(session: &Session) -> Outcome {
    let refusals = every_cause(session).await?;
    let text = |exchange: &Exchange| json!(String::from_utf8_lossy(&exchange.body));
    let first = text(&refusals[0].1);
    refusals
        .iter()
        .try_for_each(|(_, exchange)| exchange.expect("body", &first, &text(exchange)))
}

pub(super) async fn challenge(session: &Session) -> Outcome {
    if !session.expected().challenges() {
        return Err(NotPassed::Skipped(
            "needs WWW-Authenticate challenges, which the setting `challenges` turns off"
                .to_owned(),
        ));
    }
    let refusals = every_cause(session).await?;
    for (presented, exchange) in &refusals {
        let challenge = exchange
            .header(header::WWW_AUTHENTICATE)
            .unwrap_or_default();
        let at = "header www-authenticate";
        exchange.expect_that(
            challenge.starts_with("Bearer"),
            at,
            "a Bearer challenge",
            json!(challenge),
        )?;
        let has_error = challenge.contains(r#"error="invalid_token""#);
        let right = if *presented {
            "with error=\"invalid_token\""
        } else {
            "without an error"
        };
        exchange.expect_that(has_error == *presented, at, right, json!(challenge))?;
    }
    // No other header may reveal the cause either.
    let mut presented = refusals
        .iter()
        .filter(|(presented, _)| *presented)
        .map(|(_, exchange)| exchange);
    let first = presented
        .next()
        .map(|exchange| comparable_headers(&exchange.headers))
        .unwrap_or_default();
    presented.try_for_each(|exchange| {
        let headers = comparable_headers(&exchange.headers);
        exchange.expect("headers", &json!(first), &json!(headers))
    })
}

/// The headers that must not differ between causes.
fn comparable_headers(headers: &HeaderMap) -> Vec<String> {
    let mut telling: Vec<_> = headers
        .iter()
        .filter(|(name, _)| *name != header::DATE && *name != "x-request-id")
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    telling.sort();
    telling
}

pub(super) async fn revocation(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let old = tenant.mint(json!({"preset": "orders"})).await?;
    let new = tenant.mint(json!({"preset": "orders"})).await?;
    session
        .send(list_orders().key(&old.key))
        .await?
        .expect_status(200)?;
    tenant.revoke(&old).await?;
    refused(&session.send(list_orders().key(&old.key)).await?)?;
    session
        .send(list_orders().key(&new.key))
        .await?
        .expect_status(200)
}

pub(super) async fn expiry(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let minted = tenant
        .mint(json!({"preset": "orders", "expires_in": "60s"}))
        .await?;
    tenant.advance(59).await?;
    session
        .send(list_orders().key(&minted.key))
        .await?
        .expect_status(200)?;
    tenant.advance(1).await?;
    refused(&session.send(list_orders().key(&minted.key)).await?)
}

pub(super) async fn echo(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let text = key.expose();
    let create = OperationId::CreateOrder.operation();
    let mut body = examples::body(Document::CreateOrder);
    body["features"] = json!([text]);
    let echoes = EchoDetector::default();
    for request in [
        ApiRequest::on(OperationId::GetOrder.operation(), text),
        list_orders().query(format!("limit={text}")),
        list_orders().query(format!("{text}=1")),
        ApiRequest::at(http::Method::GET, &format!("/{text}")),
        ApiRequest::to(create).json(&body),
        ApiRequest::to(create).json(&json!({text: 1})),
    ] {
        echoes.note(&session.send(request.key(&key)).await?);
    }
    echoes.outcome()
}
