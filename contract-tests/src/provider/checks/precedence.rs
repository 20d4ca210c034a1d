//! The order of checks: authentication comes before everything else, whatever is wrong with the query or body and however the path is
//! spelled, and authorization before the object is looked up. Otherwise, later errors reveal something to callers without
//! access.

use http::{HeaderName, StatusCode, header};
use schemas::{ErrorCode, Operation, OperationId, examples, operations};
use serde_json::json;

use super::{
    authentication::{known_request, unauthenticated_request},
    evidence::documented,
    invalid_values, properties,
};
use crate::{
    contract::UNKNOWN_ID,
    finding::{ApiRequest, Exchange, NotPassed, Outcome},
    provider::session::{Session, Tenant},
};

/// Query parameters in which servers accept keys.
const PARAMETERS: [&str; 6] = [
    "api_key",
    "apikey",
    "api-key",
    "key",
    "token",
    "access_token",
];
/// Headers other than `Authorization` in which servers accept keys.
const HEADERS: [&str; 3] = ["x-api-key", "api-key", "x-auth-token"];
/// Requests with a key in the query.
pub(super) const QUERY_REQUESTS: usize = PARAMETERS.len();
/// Requests with a key in a header, including one in a cookie.
pub(super) const HEADER_REQUESTS: usize = HEADERS.len() + 1;
/// Requests with an invalid body.
pub(super) const BODY_REQUESTS: usize = 3;
/// Requests with an invalid query.
pub(super) const INVALID_QUERIES: usize = 1;
/// Maximum number of further requests on a sandbox: to prepare an object, and with an invalid query.
pub(super) const FURTHER_REQUESTS: usize = 4;
/// The unchanged path, and its other spellings.
pub(super) const SPELLINGS: usize = 5;

fn list_orders() -> ApiRequest {
    ApiRequest::to(OperationId::ListOrders.operation())
}

fn unauthenticated(exchange: &Exchange) -> Outcome {
    exchange.expect_error(ErrorCode::AuthenticationError)
}

/// Only on a sandbox: keys in URLs end up in logs.
pub(super) async fn key_in_query(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    for name in PARAMETERS {
        let request = list_orders().query(format!("{name}={}", key.expose()));
        unauthenticated(&session.send(request).await?)?;
    }
    Ok(())
}

pub(super) async fn key_in_other_header(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let cookie = format!("api_key={}", key.expose());
    let places = HEADERS.map(|name| (HeaderName::from_static(name), key.expose()));
    for (name, value) in places.into_iter().chain([(header::COOKIE, &*cookie)]) {
        unauthenticated(&session.send(list_orders().header(name, value)).await?)?;
    }
    Ok(())
}

pub(super) async fn key_in_other_case(session: &Session) -> Outcome {
    let key = session.tenant().await?.full_key().await?;
    let (prefix, secret) = key.expose().split_at(key.environment().prefix().len());
    for other in [
        format!("{prefix}{}", swap_case(secret)),
        format!("{}{secret}", swap_case(prefix)),
    ] {
        let request = list_orders().authorization(&format!("Bearer {other}"));
        unauthenticated(&session.send(request).await?)?;
    }
    Ok(())
}

fn swap_case(text: &str) -> String {
    let swap = |letter: char| {
        if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        }
    };
    text.chars().map(swap).collect()
}

/// The request with invalid bodies.
fn bodies(operation: &'static Operation, request: &ApiRequest) -> Vec<ApiRequest> {
    let Some(document) = operation.request else {
        return Vec::new();
    };
    let schema = properties::schema(operation);
    let invalid = invalid_values::invalid_values(&schema, &examples::body(document));
    let broken = invalid
        .first()
        .map_or(json!([]), |invalid_value| invalid_value.value.clone());
    vec![
        request.clone().body("{"),
        request.clone().body(broken.to_string()),
        request.clone().media_type("text/plain"),
    ]
}

/// The request with an invalid query and invalid bodies, as far as the operation takes these.
fn invalid_requests(operation: &'static Operation, request: &ApiRequest) -> Vec<ApiRequest> {
    let mut requests = bodies(operation, request);
    if operation.is_list() {
        requests.push(request.clone().query("limit=0"));
    }
    requests
}

/// A request on an object that exists, if the operation takes a body and the target is a sandbox; on an unknown one otherwise.
async fn request_to_break(
    tenant: &Tenant<'_>,
    operation: &'static Operation,
) -> Result<ApiRequest, NotPassed> {
    let known = if operation.request.is_some() && operation.has_id() {
        known_request(tenant, operation).await?
    } else {
        None
    };
    Ok(known.unwrap_or_else(|| unauthenticated_request(operation)))
}

pub(super) async fn key_before_content(
    session: &Session,
    operation: &'static Operation,
) -> Outcome {
    let request = request_to_break(&session.tenant().await?, operation).await?;
    for request in invalid_requests(operation, &request.without_authorization()) {
        let exchange = session.send(request).await?;
        let status = json!(exchange.status.as_u16());
        let refused = !exchange.status.is_success();
        documented(exchange.expect_that(refused, "status", "401", status))?;
        unauthenticated(&exchange)?;
    }
    Ok(())
}

pub(super) async fn scope_before_object_and_content(
    session: &Session,
    operation: &'static Operation,
) -> Outcome {
    let tenant = session.tenant().await?;
    let (key, _) = tenant.key_without(operation).await?;
    let request = request_to_break(&tenant, operation).await?.key(&key);
    // Its id, if any, is unknown.
    let unknown = unauthenticated_request(operation).key(&key);
    let requests = invalid_requests(operation, &request);
    for request in requests.into_iter().chain([unknown]) {
        let exchange = session.send(request).await?;
        documented(is_refused(operation, &exchange))?;
        exchange.expect_error(ErrorCode::AuthorizationError)?;
    }
    Ok(())
}

/// A key without the scope gets no success. No key has the scope to revoke keys: the vendor's page requires a JWT, so the id
/// must not even be looked up.
fn is_refused(operation: &Operation, exchange: &Exchange) -> Outcome {
    let status = exchange.status;
    let (refused, expected) = if operation.id == OperationId::RevokeApiKey {
        let refusals = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
        (refusals.contains(&status), "403, or 401")
    } else {
        (!status.is_success(), "403")
    };
    exchange.expect_that(refused, "status", expected, json!(status.as_u16()))
}

/// Whether it is the first operation of its path: one per path is enough.
pub(super) fn is_first_of_its_path(operation: &Operation) -> bool {
    let mut same = operations::all().filter(|other| other.path == operation.path);
    same.next().is_some_and(|first| first.id == operation.id)
}

pub(super) fn has_query_or_body(operation: &Operation) -> bool {
    operation.is_list() || operation.request.is_some()
}

pub(super) fn has_id_or_content(operation: &Operation) -> bool {
    operation.has_id() || has_query_or_body(operation)
}

/// Spellings of a path that a server may treat as the same path while its access control does not.
fn spellings(path: &str) -> [String; SPELLINGS - 1] {
    let each = |spell: fn(&str) -> String| {
        let segments = path.split('/').skip(1);
        let segments = segments.map(|one| {
            if one == UNKNOWN_ID {
                one.to_owned()
            } else {
                spell(one)
            }
        });
        segments.fold(String::new(), |path, segment| format!("{path}/{segment}"))
    };
    [
        each(|one| format!("%{:02X}{}", one.as_bytes()[0], &one[1..])),
        each(|one| format!("/{one}")),
        each(str::to_uppercase),
        each(|one| format!("{one};a=b")),
    ]
}

pub(super) async fn key_on_every_spelling(
    session: &Session,
    operation: &'static Operation,
) -> Outcome {
    let request = unauthenticated_request(operation);
    unauthenticated(&session.send(request.clone()).await?)?;
    for spelling in spellings(request.path()) {
        let exchange = session
            .send(request.clone().with_raw_path(&spelling))
            .await?;
        let code = exchange.at("/code");
        let read = BEHIND_THE_KEY.iter().any(|known| code == known.as_str());
        let expected = "401, or 404 for an unknown path";
        exchange.expect_that(!read, "$.code", expected, code)?;
        // An HTML page, which many servers return for any path, reveals nothing.
        let admitted = exchange.status == StatusCode::NO_CONTENT
            || (exchange.status.is_success() && !exchange.json().is_null());
        let status = json!(exchange.status.as_u16());
        documented(exchange.expect_that(!admitted, "status", expected, status))?;
    }
    Ok(())
}

/// Errors that come after authentication.
const BEHIND_THE_KEY: [ErrorCode; 6] = [
    ErrorCode::AuthorizationError,
    ErrorCode::EntityNotFound,
    ErrorCode::InvalidJson,
    ErrorCode::ValidationError,
    ErrorCode::UnsupportedMediaType,
    ErrorCode::Conflict,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_of_a_path_keep_its_id() {
        let expected = [
            "/%6Frders/ID/%72esults",
            "//orders/ID//results",
            "/ORDERS/ID/RESULTS",
            "/orders;a=b/ID/results;a=b",
        ];
        let spelled = spellings(&format!("/orders/{UNKNOWN_ID}/results"));
        assert_eq!(spelled.map(|path| path.replace(UNKNOWN_ID, "ID")), expected);
    }

    #[test]
    fn swapped_case_changes_every_letter_of_a_key() {
        assert_eq!(swap_case("lnc_test_aB9"), "LNC_TEST_Ab9");
    }

    #[test]
    fn no_operation_gets_more_requests_than_declared() {
        for operation in operations::all() {
            let sent = bodies(operation, &unauthenticated_request(operation)).len();
            assert_eq!(
                sent,
                BODY_REQUESTS * usize::from(operation.request.is_some())
            );
        }
    }
}
