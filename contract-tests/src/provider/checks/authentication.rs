//! Authentication.

mod causes;
mod known;

use schemas::{ErrorCode, Operation, OperationId, documents::Document, examples, key::ApiKey};
use serde_json::json;

use crate::{
    contract::{EchoDetector, UNKNOWN_ID},
    finding::{ApiRequest, Exchange, Outcome},
    provider::session::{Session, Tenant},
};

pub(super) use self::{
    causes::{
        FURTHER_REQUESTS as FURTHER_CAUSE_REQUESTS, KNOWN_KEYS, MAX_REQUESTS as CAUSE_REQUESTS,
        challenge, have_body_of, invalid_keys, note_varying, same,
    },
    known::known_request,
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
    refused(&session.send(unauthenticated_request(operation)).await?)?;
    let tenant = session.tenant().await?;
    match known_request(&tenant, operation).await? {
        Some(known) => refused(&session.send(known.without_authorization()).await?),
        None => Ok(()),
    }
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
    let key = format!("Bearer {UNKNOWN}");
    refused(
        &session
            .send(unauthenticated_request(operation).authorization(&key))
            .await?,
    )?;
    let tenant = session.tenant().await?;
    match known_request(&tenant, operation).await? {
        Some(known) => refused(&session.send(known.authorization(&key)).await?),
        None => Ok(()),
    }
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
    let key = tenant.revoked_key().await?;
    refused_everywhere(&tenant, operation, &key).await
}

pub(super) async fn expired(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.expired_key().await?;
    refused_everywhere(&tenant, operation, &key).await
}

/// The operation refuses the key, whether or not its object exists.
async fn refused_everywhere(
    tenant: &Tenant<'_>,
    operation: &'static Operation,
    key: &ApiKey,
) -> Outcome {
    let unknown = unauthenticated_request(operation).key(key);
    refused(&tenant.send(unknown).await?)?;
    match known_request(tenant, operation).await? {
        Some(known) => refused(&tenant.send(known.key(key)).await?),
        None => Ok(()),
    }
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
