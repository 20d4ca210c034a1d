//! What HTTP asks of any server.

use std::fmt::Write;

use http::{Method, StatusCode, header};
use schemas::{ErrorCode, Operation, OperationId, operations};
use serde_json::json;

use super::authentication::anonymous;
use crate::{
    finding::{ApiRequest, NotPassed, Outcome, Violation},
    http::Raw,
    provider::session::Session,
};

pub(super) async fn unknown_path(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    for path in [
        "/no-such-path",
        "/orders/00000000-0000-4000-8000-000000000000/no-such-path",
    ] {
        session
            .send(ApiRequest::at(Method::GET, path).key(&key))
            .await?
            .expect_error(ErrorCode::NotFound)?;
    }
    Ok(())
}

pub(super) async fn method_not_allowed(
    session: &Session,
    operation: &'static Operation,
) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let methods: Vec<_> = operations::all()
        .filter(|other| other.path == operation.path && session.serves(other))
        .map(|other| &other.method)
        .collect();
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        if methods.contains(&&method) {
            continue;
        }
        let exchange = session
            .send(anonymous(operation).key(&key).method(method))
            .await?;
        exchange.expect_error(ErrorCode::MethodNotAllowed)?;
        let allow = exchange.header(header::ALLOW).unwrap_or_default();
        let named: Vec<_> = allow.split(',').map(str::trim).collect();
        let complete = methods
            .iter()
            .all(|method| named.contains(&method.as_str()));
        exchange.expect_that(
            complete,
            "header allow",
            &format!("{methods:?}"),
            json!(allow),
        )?;
    }
    Ok(())
}

pub(super) async fn head(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let call = tenant.sample(operation, &key).await?;
    let get = session.send(call.clone()).await?;
    let head = session.send(call.method(Method::HEAD)).await?;
    let right = session.expected().head(get.status);
    head.expect_status(right.as_u16())?;
    head.expect("bytes of the body", &json!(0), &json!(head.body.len()))?;
    if right != get.status {
        return Ok(());
    }
    let length = get.body.len().to_string();
    head.expect(
        "header content-length",
        &json!(length),
        &json!(head.header(header::CONTENT_LENGTH)),
    )?;
    let nobody = session
        .send(anonymous(operation).method(Method::HEAD))
        .await?;
    nobody.expect_status(401)
}

pub(super) async fn head_without_body(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let call = ApiRequest::to(OperationId::ListOrders.operation()).key(&key);
    without_body(session, &call.method(Method::HEAD))
        .await
        .map(drop)
}

/// Whether its success has no body.
pub(super) fn has_no_content(operation: &Operation) -> bool {
    operation.success == StatusCode::NO_CONTENT && super::open_to_keys(operation)
}

pub(super) async fn no_content_without_body(
    session: &Session,
    operation: &'static Operation,
) -> Outcome {
    let tenant = session.tenant().await?;
    let call = tenant.sample(operation, &tenant.full_key().await?).await?;
    let status = without_body(session, &call).await?;
    if status == StatusCode::NO_CONTENT {
        return Ok(());
    }
    Err(NotPassed::Skipped(format!("needs a 204, and got {status}")))
}

/// Makes a call whose answer must have no body; returns the status.
async fn without_body(session: &Session, call: &ApiRequest) -> Result<u16, NotPassed> {
    let Raw { status, rest } = session.send_raw(call).await?;
    let may_have = *call.sent_by() != Method::HEAD && status != StatusCode::NO_CONTENT;
    if may_have || rest.is_empty() {
        return Ok(status);
    }
    Err(Violation {
        message: format!("{status} to {} comes with a body", call.sent_by()),
        at: "body".to_owned(),
        expected: json!("nothing after the head"),
        actual: json!(String::from_utf8_lossy(&rest)),
        ..Violation::default()
    }
    .into())
}

pub(super) async fn slash(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.full_key().await?;
    let without = session.send(tenant.sample(operation, &key).await?).await?;
    let with = tenant.sample(operation, &key).await?.slash();
    let right = session.expected().slash(without.status);
    session.send(with).await?.expect_status(right.as_u16())?;
    let nobody = session.send(anonymous(operation).slash()).await?;
    let right = session.expected().slash(StatusCode::UNAUTHORIZED);
    nobody.expect_status(right.as_u16())
}

/// Whether it reads one object by its id.
pub(super) fn reads_one(operation: &Operation) -> bool {
    super::open_and_has_id(operation) && super::is_get(operation)
}

/// An id of unreserved characters is the same id, with them encoded.
pub(super) async fn encoded_id(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let call = tenant.sample(operation, &tenant.full_key().await?).await?;
    let encoded = call.id().bytes().fold(String::new(), |mut encoded, byte| {
        // Writing to a text does not fail.
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    });
    let plain = session.send(call.clone()).await?;
    let answer = session.send(call.about(&encoded)).await?;
    answer.expect_status(plain.status.as_u16())?;
    answer.expect("$", plain.json(), answer.json())
}

pub(super) async fn scheme_case(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    for scheme in ["bearer", "BEARER", "bEaReR"] {
        let call = ApiRequest::to(OperationId::ListOrders.operation());
        let call = call.authorization(&format!("{scheme} {}", key.expose()));
        session.send(call).await?.expect_status(200)?;
    }
    Ok(())
}

pub(super) async fn content_type_on_get(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let call = ApiRequest::to(OperationId::ListOrders.operation())
        .query("limit=10")
        .key(&key);
    session
        .send(call.header(header::CONTENT_TYPE, "application/json"))
        .await?
        .expect_status(200)
}
