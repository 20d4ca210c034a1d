//! Rules of HTTP for any server.

use std::fmt::Write;

use http::{Method, StatusCode, header};
use schemas::{ErrorCode, Operation, OperationId, operations};
use serde_json::json;

use super::authentication::unauthenticated_request;
use crate::{
    finding::{ApiRequest, NotPassed, Outcome, Violation},
    http::RawResponse,
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
            .send(
                unauthenticated_request(operation)
                    .key(&key)
                    .with_method(method),
            )
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
    let key = tenant.credential(operation).await?;
    let request = tenant.valid_request(operation, &key).await?;
    let get = session.send(request.clone()).await?;
    let head = session.send(request.with_method(Method::HEAD)).await?;
    let expected = session.expected().head(get.status);
    head.expect_status(expected.as_u16())?;
    head.expect("bytes of the body", &json!(0), &json!(head.body.len()))?;
    if expected != get.status {
        return Ok(());
    }
    let length = get.body.len().to_string();
    head.expect(
        "header content-length",
        &json!(length),
        &json!(head.header(header::CONTENT_LENGTH)),
    )?;
    let unauthenticated = session
        .send(unauthenticated_request(operation).with_method(Method::HEAD))
        .await?;
    unauthenticated.expect_status(401)
}

pub(super) async fn head_without_body(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let request = ApiRequest::to(OperationId::ListOrders.operation()).key(&key);
    without_body(session, &request.with_method(Method::HEAD))
        .await
        .map(drop)
}

/// Whether the operation succeeds with 204.
pub(super) fn has_no_content(operation: &Operation) -> bool {
    operation.success == StatusCode::NO_CONTENT
}

pub(super) async fn no_content_without_body(
    session: &Session,
    operation: &'static Operation,
) -> Outcome {
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let status = without_body(session, &request).await?;
    if status == StatusCode::NO_CONTENT {
        return Ok(());
    }
    Err(NotPassed::Skipped(format!("needs a 204, and got {status}")))
}

/// Sends a request whose response must have no body; returns the status.
async fn without_body(session: &Session, request: &ApiRequest) -> Result<u16, NotPassed> {
    let RawResponse { status, after_head } = session.send_raw(request).await?;
    let may_have = *request.method() != Method::HEAD && status != StatusCode::NO_CONTENT;
    if may_have || after_head.is_empty() {
        return Ok(status);
    }
    Err(Violation {
        message: format!("the {status} response to {} has a body", request.method()),
        at: "body".to_owned(),
        expected: json!("nothing after the head"),
        actual: json!(String::from_utf8_lossy(&after_head)),
        ..Violation::default()
    }
    .into())
}

pub(super) async fn trailing_slash(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let without = session
        .send(tenant.valid_request(operation, &key).await?)
        .await?;
    let with = tenant
        .valid_request(operation, &key)
        .await?
        .trailing_slash();
    let expected = session.expected().slash(without.status);
    session.send(with).await?.expect_status(expected.as_u16())?;
    let unauthenticated = session
        .send(unauthenticated_request(operation).trailing_slash())
        .await?;
    let expected = session.expected().slash(StatusCode::UNAUTHORIZED);
    unauthenticated.expect_status(expected.as_u16())
}

/// Whether the operation reads one object by its id.
pub(super) fn reads_one(operation: &Operation) -> bool {
    operation.has_id() && super::is_get(operation)
}

/// An encoded id of unreserved characters is the same id (RFC 3986 §2.3).
pub(super) async fn encoded_id(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let encoded = request
        .id()
        .bytes()
        .fold(String::new(), |mut encoded, byte| {
            // Writing to a text does not fail.
            let _ = write!(encoded, "%{byte:02X}");
            encoded
        });
    let plain = session.send(request.clone()).await?;
    let response = session.send(request.with_id(&encoded)).await?;
    response.expect_status(plain.status.as_u16())?;
    response.expect("$", plain.json(), response.json())
}

pub(super) async fn scheme_case(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    for scheme in ["bearer", "BEARER", "bEaReR"] {
        let request = ApiRequest::to(OperationId::ListOrders.operation());
        let request = request.authorization(&format!("{scheme} {}", key.expose()));
        session.send(request).await?.expect_status(200)?;
    }
    Ok(())
}

pub(super) async fn content_type_on_get(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let request = ApiRequest::to(OperationId::ListOrders.operation())
        .query("limit=10")
        .key(&key);
    session
        .send(request.header(header::CONTENT_TYPE, "application/json"))
        .await?
        .expect_status(200)
}
