//! Authorization by scopes.

use http::StatusCode;
use schemas::{ErrorCode, Operation, Scope, ScopeSet};
use serde_json::{Value, json};

use crate::{
    finding::{ApiRequest, NotPassed, Outcome},
    provider::session::{Session, Tenant},
};

pub(super) async fn refused(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let (key, held) = tenant.key_without(operation).await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let exchange = session.send(request.key(&key)).await?;
    let required = operation.scopes;
    if held.is_none() && !required.writes() && exchange.status.is_success() {
        return Err(NotPassed::Skipped(format!(
            "needs a key without {required}, which the read_only key holds"
        )));
    }
    exchange.expect_error(ErrorCode::AuthorizationError)?;
    let message = format!("Insufficient permissions. Required scopes: {required}");
    exchange.expect("$.message", &json!(message), &exchange.at("/message"))?;
    let detail = |name: &str| sorted(exchange.at(&format!("/detail/{name}")));
    exchange.expect(
        "$.detail.required_scopes",
        &names(required),
        &detail("required_scopes"),
    )?;
    let (place, returned) = ("$.detail.user_scopes", detail("user_scopes"));
    match held {
        Some(held) => exchange.expect(place, &names(held), &returned),
        None => exchange.expect_that(
            returned
                .as_array()
                .is_some_and(|returned| lacks(returned, required)),
            place,
            &format!("the scopes of the key, without {required}"),
            returned.clone(),
        ),
    }
}

/// Maximum number of further requests of [`same_access`] on a sandbox.
pub(super) const POOR_KEYS: usize = 2;

/// The request, which reaches an operation in another way than usual, needs a valid key with its scopes. `returned`: the status
/// where the usual way returns this one. Only a sandbox provides keys that are revoked, or that lack the scopes.
pub(super) async fn same_access(
    tenant: &Tenant<'_>,
    operation: &'static Operation,
    request: &ApiRequest,
    returned: impl Fn(StatusCode) -> StatusCode,
) -> Outcome {
    let rejected = async |request: ApiRequest, code: ErrorCode| {
        let exchange = tenant.send(request).await?;
        exchange.expect_status(returned(code.status()).as_u16())
    };
    let without = request.clone().without_authorization();
    rejected(without, ErrorCode::AuthenticationError).await?;
    if !tenant.session().is_sandbox() {
        return Ok(());
    }
    let revoked = request.clone().key(&tenant.revoked_key().await?);
    rejected(revoked, ErrorCode::AuthenticationError).await?;
    let (poor, _) = tenant.key_without(operation).await?;
    let poor = request.clone().key(&poor);
    rejected(poor, ErrorCode::AuthorizationError).await
}

/// Whether a key lacks a required scope.
fn lacks(held: &[Value], required: ScopeSet) -> bool {
    let held = |scope: Scope| held.iter().any(|value| value == scope.as_str());
    !required.iter().all(held)
}

pub(super) async fn granted(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let (opening, others): (Vec<_>, Vec<_>) = ScopeSet::PUBLIC
        .iter()
        .map(|scope| ScopeSet::of(&[scope]))
        .partition(|one| one.contains_all(operation.scopes));
    // Rejections come first: the request that succeeds may use up its object.
    for scopes in others {
        let key = tenant.key_with(scopes).await?;
        let exchange = session.send(request.clone().key(&key)).await?;
        exchange.expect_error(ErrorCode::AuthorizationError)?;
    }
    for scopes in opening {
        let key = tenant.key_with(scopes).await?;
        session
            .send(request.clone().key(&key))
            .await?
            .expect_success()?;
    }
    Ok(())
}

fn names(scopes: ScopeSet) -> Value {
    sorted(json!(scopes))
}

/// The order of scopes is not documented.
fn sorted(mut list: Value) -> Value {
    if let Some(list) = list.as_array_mut() {
        list.sort_by_key(ToString::to_string);
    }
    list
}
