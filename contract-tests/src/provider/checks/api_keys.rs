//! Keys that are created, shown and revoked by operations of the API.

use http::header;
use schemas::{ErrorCode, OperationId, key::ApiKey};
use serde_json::{Value, json};

use crate::{
    finding::{AccessToken, ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::{Session, Tenant, enrichment},
};

fn list_orders() -> ApiRequest {
    ApiRequest::to(OperationId::ListOrders.operation())
}

/// Creates a key; returns the response and the key in it.
async fn create(
    session: &Session,
    token: &AccessToken,
    wanted: &Value,
) -> Result<(Exchange, ApiKey), NotPassed> {
    let operation = OperationId::CreateApiKey.operation();
    if !session.serves(operation) {
        let reason = "needs create_api_key, which is assumed, and the target does not serve it";
        return Err(NotPassed::Skipped(reason.to_owned()));
    }
    let request = ApiRequest::to(operation).json(wanted).key(token);
    let created = session.send(request).await?;
    created.expect_success()?;
    let text = created.text_at("/key")?;
    let Ok(key) = ApiKey::parse(&text) else {
        return Err(created.violation("$.key", json!("a key"), json!(text), "is not a key"));
    };
    session.secrets.add_key(&key, "CREATED_KEY".to_owned());
    Ok((created, key))
}

fn get(created: &Exchange, token: &AccessToken) -> Result<ApiRequest, NotPassed> {
    let id = created.text_at("/id")?;
    Ok(ApiRequest::on(OperationId::GetApiKey.operation(), &id).key(token))
}

pub(super) async fn shown_once(session: &Session) -> Outcome {
    let token = session.tenant().await?.admin_token().await?;
    let wanted = json!({"name": "Shown once", "preset": "orders"});
    let (created, key) = create(session, &token, &wanted).await?;
    let cached = created.header(header::CACHE_CONTROL).unwrap_or_default();
    let place = "header cache-control";
    created.expect_that(
        cached.contains("no-store"),
        place,
        "no-store",
        json!(cached),
    )?;
    session
        .send(list_orders().key(&key))
        .await?
        .expect_success()?;
    let list = ApiRequest::to(OperationId::ListApiKeys.operation()).query("limit=100");
    for read in [get(&created, &token)?, list.key(&token)] {
        let shown = session.send(read).await?;
        shown.expect_success()?;
        let in_full = String::from_utf8_lossy(&shown.body).contains(key.expose());
        shown.expect_that(!in_full, "body", "no key in full", json!(key.expose()))?;
    }
    Ok(())
}

/// Lifetime in seconds of the key of the next check.
const LIFETIME: u64 = 600;
/// The time at which it expires on the clock of a new organization.
const EXPIRES_AT: &str = "2026-01-15T09:10:00.250Z";

pub(super) async fn has_requested_properties(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let token = tenant.admin_token().await?;
    let wanted = json!({"name": "As wanted", "scopes": ["orders:read"], "tier": "pro", "expires_at": EXPIRES_AT});
    let (created, key) = create(session, &token, &wanted).await?;
    let read = session.send(get(&created, &token)?).await?;
    for (name, value) in wanted.as_object().into_iter().flatten() {
        for exchange in [&created, &read] {
            exchange.expect_value(
                &format!("$.{name}"),
                value,
                &exchange.at(&format!("/{name}")),
            )?;
        }
    }
    read.expect("$.status", &json!("active"), &read.at("/status"))?;
    read.expect("$.last_used_at", &Value::Null, &read.at("/last_used_at"))?;
    let order = ApiRequest::to(OperationId::CreateOrder.operation());
    let order = order.json(&enrichment("Without the scope")).key(&key);
    session
        .send(order)
        .await?
        .expect_error(ErrorCode::AuthorizationError)?;
    tenant.advance(LIFETIME - 1).await?;
    session
        .send(list_orders().key(&key))
        .await?
        .expect_success()?;
    tenant.advance(1).await?;
    let expired = session.send(list_orders().key(&key)).await?;
    expired.expect_error(ErrorCode::AuthenticationError)?;
    let read = session.send(get(&created, &token)?).await?;
    read.expect("$.status", &json!("expired"), &read.at("/status"))?;
    let used = read.at("/last_used_at");
    read.expect_that(
        used.is_string(),
        "$.last_used_at",
        "the time of a request",
        used,
    )
}

fn delete(id: &str) -> ApiRequest {
    ApiRequest::on(OperationId::RevokeApiKey.operation(), id)
}

pub(super) async fn revoked(session: &Session) -> Outcome {
    let tenant: Tenant<'_> = session.tenant().await?;
    let token = tenant.admin_token().await?;
    let gone = tenant.mint(json!({"preset": "orders"})).await?;
    let stays = tenant.mint(json!({"preset": "full_access"})).await?;
    session
        .send(list_orders().key(&gone.key))
        .await?
        .expect_success()?;
    let by_a_key = session.send(delete(&gone.id).key(&stays.key)).await?;
    by_a_key.expect_error(ErrorCode::AuthorizationError)?;
    let reader = tenant.token(json!({"scopes": ["admin:read"]})).await?;
    let without_scope = session.send(delete(&gone.id).key(&reader)).await?;
    without_scope.expect_error(ErrorCode::AuthorizationError)?;
    session
        .send(list_orders().key(&gone.key))
        .await?
        .expect_success()?;
    session
        .send(delete(&gone.id).key(&token))
        .await?
        .expect_success()?;
    let rejected = session.send(list_orders().key(&gone.key)).await?;
    rejected.expect_error(ErrorCode::AuthenticationError)?;
    session
        .send(list_orders().key(&stays.key))
        .await?
        .expect_success()?;
    let again = session.send(delete(&gone.id).key(&token)).await?;
    again.expect_error(ErrorCode::EntityNotFound)
}
