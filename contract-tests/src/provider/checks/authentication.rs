//! Authentication.

mod causes;
mod known;
mod near_keys;

use base64::prelude::{BASE64_STANDARD, Engine};
use schemas::{ErrorCode, Operation, OperationId, documents::Document, examples, key::ApiKey};
use serde_json::json;

use crate::{
    contract::{EchoDetector, UNKNOWN_ID},
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::{Session, Tenant},
};

pub(super) use self::{
    causes::{
        FURTHER_REQUESTS as FURTHER_CAUSE_REQUESTS, KNOWN_KEYS, MAX_REQUESTS as CAUSE_REQUESTS,
        SANDBOX_OPERATIONS as CAUSE_SANDBOX_OPERATIONS, challenge, have_body_of, invalid_keys,
        note_varying, same,
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
    let user = BASE64_STANDARD.encode(format!("{}:", key.expose()));
    for text in [
        format!("Token {}", key.expose()),
        format!("Basic {user}"),
        key.expose().to_owned(),
    ] {
        refused(&session.send(list_orders().authorization(&text)).await?)?;
    }
    Ok(())
}

pub(super) async fn malformed(session: &Session) -> Outcome {
    let mut keys = vec!["x".to_owned(), MALFORMED.to_owned(), format!("{UNKNOWN}0")];
    if let Some(key) = owners_key(&session.tenant().await?).await? {
        keys.extend(near_keys::malformed(&key));
    }
    refused(&session.send(list_orders().authorization("Bearer")).await?)?;
    for key in keys {
        let request = list_orders().authorization(&format!("Bearer {key}"));
        refused(&session.send(request).await?)?;
    }
    Ok(())
}

/// A valid key, if the run has one.
async fn owners_key(tenant: &Tenant<'_>) -> Result<Option<ApiKey>, NotPassed> {
    match tenant.full_key().await {
        Ok(key) => Ok(Some(key)),
        Err(NotPassed::Skipped(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

pub(super) async fn unknown(session: &Session, operation: &'static Operation) -> Outcome {
    let bearer = |key: &str| format!("Bearer {key}");
    let unknown = unauthenticated_request(operation).authorization(&bearer(UNKNOWN));
    refused(&session.send(unknown).await?)?;
    let tenant = session.tenant().await?;
    let Some(known) = known_request(&tenant, operation).await? else {
        return Ok(());
    };
    let key = owners_key(&tenant).await?;
    let key = key.map_or(UNKNOWN.to_owned(), |key| {
        near_keys::unknown(&key, operation)
    });
    refused(&session.send(known.authorization(&bearer(&key))).await?)
}

pub(super) async fn live(session: &Session) -> Outcome {
    let mut keys = vec![LIVE.to_owned()];
    if let Some(key) = owners_key(&session.tenant().await?).await? {
        keys.push(near_keys::of_other_environment(&key));
    }
    for key in keys {
        let request = list_orders().authorization(&format!("Bearer {key}"));
        refused(&session.send(request).await?)?;
    }
    Ok(())
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
