//! Rules of HTTP for any server.

use std::fmt::Write;

use http::{HeaderName, Method, StatusCode, header};
use schemas::{ErrorCode, Operation, OperationId, headers, key::ApiKey, operations};
use serde_json::json;

use super::{
    authentication::unauthenticated_request, evidence::assumed, scopes::same_access,
    writes::expect_same,
};
use crate::{
    contract::response_headers,
    finding::{ApiRequest, Exchange, NotPassed, Outcome, Violation},
    http::RawResponse,
    provider::{check_context, session::Session},
};

const REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

pub(super) async fn unknown_path(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let usual = usual_response(session, &key).await?;
    let mut last = None;
    for path in [
        "/no-such-path",
        "/orders/00000000-0000-4000-8000-000000000000/no-such-path",
    ] {
        let mut request = ApiRequest::at(Method::GET, path).key(&key);
        // Many servers take over the id of a request, and no document says that this one does not.
        let own = check_context::derived_name(session.seed(), path, 0);
        if session.is_sandbox() {
            request = request.header(REQUEST_ID, &own);
        }
        let exchange = session.send(request).await?;
        exchange.expect_error(ErrorCode::NotFound)?;
        is_like_usual(session, &usual, &exchange)?;
        let id = exchange.header(headers::REQUEST_ID);
        let is_new = id.is_none() || id != last.as_deref() && id != Some(&*own);
        let at = format!("header {}", headers::REQUEST_ID);
        assumed(exchange.expect_that(is_new, &at, "another one for each request", json!(id)))?;
        last = id.map(ToOwned::to_owned);
    }
    Ok(())
}

/// A list, for the headers that responses of the server have.
async fn usual_response(session: &Session, key: &ApiKey) -> Result<Exchange, NotPassed> {
    let list = ApiRequest::to(OperationId::ListOrders.operation());
    session.send(list.query("limit=1").key(key)).await
}

/// A response that belongs to no operation has the type and the headers of the others. Headers that a usual response lacks, too,
/// are judged by another check. On a server that is not a sandbox, all of this is assumed.
fn is_like_usual(session: &Session, usual: &Exchange, exchange: &Exchange) -> Outcome {
    let declared = exchange.header(header::CONTENT_TYPE).unwrap_or_default();
    let media_type = declared.split(';').next().unwrap_or_default().trim();
    let is_json = media_type.eq_ignore_ascii_case("application/json");
    let at = "header content-type";
    assumed(exchange.expect_that(is_json, at, "application/json", json!(declared)))?;
    has_usual_headers(session, usual, exchange)
}

fn has_usual_headers(session: &Session, usual: &Exchange, exchange: &Exchange) -> Outcome {
    let wrong = |response| response_headers::violation(response, session.expected());
    let violation = wrong(exchange).filter(|_| wrong(usual).is_none());
    assumed(violation.map_or(Ok(()), |violation| Err(violation.into())))
}

pub(super) async fn method_not_allowed(
    session: &Session,
    operation: &'static Operation,
) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let methods: Vec<_> = operations::all()
        .filter(|other| other.path == operation.path && session.serves(other))
        // Another check reports those that are absent.
        .filter(|other| other.id == operation.id || session.absences.known(other).is_none())
        .map(|other| &other.method)
        .collect();
    let usual = usual_response(session, &key).await?;
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        if methods.contains(&&method) {
            continue;
        }
        let exchange = session
            .send(
                unauthenticated_request(operation)
                    .key(&key)
                    .with_method(method.clone()),
            )
            .await?;
        exchange.expect_error(ErrorCode::MethodNotAllowed)?;
        is_like_usual(session, &usual, &exchange)?;
        expect_allowed(session, &exchange, &methods, Some(&method))?;
    }
    if session.is_sandbox() {
        let options = unauthenticated_request(operation).with_method(Method::OPTIONS);
        let options = session.send(options.key(&key)).await?;
        options.expect_success()?;
        expect_allowed(session, &options, &methods, None)?;
    }
    Ok(())
}

/// `Allow` names the methods of a path, and not the one that was just rejected.
fn expect_allowed(
    session: &Session,
    exchange: &Exchange,
    methods: &[&Method],
    rejected: Option<&Method>,
) -> Outcome {
    let allow = exchange.header(header::ALLOW).unwrap_or_default();
    let named: Vec<_> = allow.split(',').map(str::trim).collect();
    let has = |method: &Method| named.contains(&method.as_str());
    let expected = format!("{methods:?}");
    let complete = methods.iter().all(|method| has(method));
    exchange.expect_that(complete, "header allow", &expected, json!(allow))?;
    if let Some(rejected) = rejected {
        let expected = format!("a list without {rejected}, which was just rejected");
        let is_right = !has(rejected);
        exchange.expect_that(is_right, "header allow", &expected, json!(allow))?;
    }
    // Elsewhere, another check says whether there is `HEAD`.
    let serves_head = session.expected().head(StatusCode::OK) == StatusCode::OK;
    if session.is_sandbox() && methods.contains(&&Method::GET) {
        let expected = if serves_head { "HEAD, too" } else { "no HEAD" };
        let is_right = has(&Method::HEAD) == serves_head;
        exchange.expect_that(is_right, "header allow", expected, json!(allow))?;
    }
    Ok(())
}

pub(super) async fn head(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let key = tenant.credential(operation).await?;
    let request = tenant.valid_request(operation, &key).await?;
    let get = session.send(request.clone()).await?;
    let request = request.with_method(Method::HEAD);
    let head = session.send(request.clone()).await?;
    let expected = session.expected().head(get.status);
    head.expect_status(expected.as_u16())?;
    head.expect("bytes of the body", &json!(0), &json!(head.body.len()))?;
    if expected != get.status {
        return Ok(());
    }
    has_usual_headers(session, &get, &head)?;
    // A server may leave out what it learns only from the body (RFC 9110 §9.3.2).
    if let Some(length) = head.header(header::CONTENT_LENGTH) {
        let expected = json!(get.body.len().to_string());
        head.expect("header content-length", &expected, &json!(length))?;
    }
    same_access(&tenant, operation, &request, |of_get| of_get).await
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
    let slash = |without| session.expected().slash(without);
    same_access(&tenant, operation, &with, slash).await?;
    let expected = slash(without.status);
    session.send(with).await?.expect_status(expected.as_u16())
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
    let request = request.with_id(&encoded);
    let response = session.send(request.clone()).await?;
    response.expect_status(plain.status.as_u16())?;
    expect_same(session, plain.json(), &response).await?;
    same_access(&tenant, operation, &request, |plain| plain).await
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
