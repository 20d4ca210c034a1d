//! Validation of requests.

use schemas::{ErrorCode, Operation, OperationId, blacklists::MAX_ENTRIES, orders::MAX_COMPANIES};
use serde_json::json;

use super::{evidence::assumed, invalid_values, properties};
use crate::{
    finding::{Exchange, NotPassed, Outcome},
    provider::session::Session,
};

/// The response is a validation error that names the field. The documents disagree on its status, 422 or 400.
pub(super) fn names_field(exchange: &Exchange, field: &str) -> Outcome {
    let status = exchange.status.as_u16();
    exchange.expect_that(
        [400, 422].contains(&status),
        "status",
        "422 or 400",
        json!(status),
    )?;
    let code = exchange.at("/code");
    // A page of the vendor has it for all of these, with the fields in its details.
    if code != json!(ErrorCode::InvalidRequest) {
        exchange.expect("$.code", &json!(ErrorCode::ValidationError), &code)?;
    }
    let errors = exchange.at("/detail/validation_errors");
    let named = errors
        .as_array()
        .into_iter()
        .flatten()
        .any(|error| error["field"] == field);
    exchange.expect_that(named, "$.detail.validation_errors[*].field", field, errors)
}

/// The response rejects the request. That it is a validation error that names the field is assumed.
fn rejects(exchange: &Exchange, field: &str) -> Outcome {
    let (rejected, status) = (exchange.status.is_client_error(), exchange.status.as_u16());
    exchange.expect_that(rejected, "status", "4xx", json!(status))?;
    assumed(names_field(exchange, field))
}

pub(super) async fn bodies(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let (schema, valid) = (properties::schema(operation), request.body_json());
    let mut all = invalid_values::invalid_values(&schema, &valid);
    all.extend(invalid_values::convertible_values(&schema, &valid));
    for invalid in all {
        let request = request.clone().body(invalid.value.to_string());
        names_field(&session.send(request).await?, &invalid.field())?;
    }
    Ok(())
}

/// Requests with an invalid value, where the operation takes parameters.
pub(super) const QUERY_REQUESTS: usize = 9;

pub(super) async fn queries(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    // Some languages read a number from the beginning of a text, ignore blanks, or drop what follows the point.
    let broken = [
        ("limit", "limit=0", "minimum"),
        ("limit", "limit=101", "maximum"),
        ("limit", "limit=2abc", "type"),
        ("limit", "limit=%205", "type"),
        ("limit", "limit=1.5", "type"),
        ("offset", "offset=-1", "minimum"),
        ("offset", "offset=100000000000000000000", "maximum"),
        ("offset", "offset=0&offset=1", "type"),
        ("review_status", "review_status=PENDING", "enum"),
    ];
    let known = broken
        .into_iter()
        .filter(|(name, ..)| operation.query.iter().any(|known| known.as_str() == *name));
    let unknown = [("colour", "colour=red", "additionalProperties")];
    for (parameter, query, keyword) in known.chain(unknown) {
        let exchange = session.send(request.clone().query(query)).await?;
        if session.expected().accepts(parameter, keyword) {
            exchange.expect_success()?;
        } else {
            names_field(&exchange, parameter)?;
        }
    }
    Ok(())
}

/// Bodies that are not JSON, and those that are, but of no use.
pub(super) const JSON_REQUESTS: usize = 10;

pub(super) async fn broken_json(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let followed = [request.body.as_deref().unwrap_or_default(), b"}"].concat();
    let broken = [
        &b"{"[..],
        b"",
        b"{\"title\": \"\xff\"}",
        b"[1,]",
        b"{\"title\": NaN}",
        &followed,
    ];
    for body in broken.map(<[u8]>::to_vec) {
        session
            .send(request.clone().body(body))
            .await?
            .expect_error(ErrorCode::InvalidJson)?;
    }
    // Of these, parsers accept some.
    let deep = [r#"{"title": "#, &"[".repeat(DEEP), &"]".repeat(DEEP), "}"].concat();
    for body in ["[]", "null", r#"{"title": "\ud800"}"#, &deep] {
        let exchange = session.send(request.clone().body(body.to_owned())).await?;
        let (rejected, status) = (exchange.status.is_client_error(), exchange.status.as_u16());
        exchange.expect_that(rejected, "status", "4xx", json!(status))?;
    }
    Ok(())
}

/// Deeper than most parsers go.
const DEEP: usize = 2_000;

/// Requests with a duplicate field, and one with only the invalid value.
pub(super) const DUPLICATE_REQUESTS: usize = 3;

pub(super) async fn duplicate_names(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let valid = request.body_json();
    let schema = properties::schema(operation);
    let typed = invalid_values::breaches(&schema, &valid, Some("type")).into_iter();
    // A field at the top of the body, with an invalid value.
    let typed = typed.filter_map(|breach| {
        let invalid_value = breach.of(&valid);
        let name = invalid_value.pointer.strip_prefix('/')?.to_owned();
        let invalid = invalid_value.value.get(&name)?.clone();
        Some((name, invalid))
    });
    let Some((name, invalid)) = typed.into_iter().next() else {
        return Err(NotPassed::Skipped("needs a field with a type".to_owned()));
    };
    let right = valid.to_string();
    let inner = right.trim_start_matches('{').trim_end_matches('}');
    let mut alone = valid.clone();
    alone[&name] = invalid.clone();
    let alone = session
        .send(request.clone().body(alone.to_string()))
        .await?;
    if names_field(&alone, &name).is_err() {
        let reason = format!("needs a server that rejects {invalid} as {name}");
        return Err(NotPassed::Skipped(reason));
    }
    for text in [
        format!("{{\"{name}\":{invalid},{inner}}}"),
        format!("{{{inner},\"{name}\":{invalid}}}"),
    ] {
        let exchange = session.send(request.clone().body(text)).await?;
        let status = exchange.status.as_u16();
        // Either of the two may take effect, but it must be valid.
        let allowed = exchange.status.is_success() || [400, 409, 422].contains(&status);
        let expected = "success, 400, 409 or 422";
        exchange.expect_that(allowed, "status", expected, json!(status))?;
        if exchange.status.is_success()
            && let Some(returned) = exchange.json().get(&name).filter(|_| name != "version")
        {
            exchange.expect_value(&format!("$.{name}"), &valid[&name], returned)?;
        }
    }
    Ok(())
}

pub(super) async fn media_type(session: &Session, operation: &'static Operation) -> Outcome {
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    session
        .send(request.clone().media_type("text/plain"))
        .await?
        .expect_error(ErrorCode::UnsupportedMediaType)?;
    if session.is_sandbox() {
        // Elsewhere, a server may look at the body instead (RFC 9110 §8.3).
        let undeclared = session.send(request.clone().without_media_type()).await?;
        undeclared.expect_error(ErrorCode::UnsupportedMediaType)?;
    }
    // Type and parameter names are read in any case (RFC 9110 §8.3.1).
    let json = request.media_type("Application/JSON; charset=utf-8");
    session.send(json).await?.expect_success()
}

/// Whether its body has a list with a documented maximum length.
pub(super) fn has_bulk_limit(operation: &Operation) -> bool {
    bulk(operation).is_some()
}

/// The list in the body with a documented maximum length, and that length.
fn bulk(operation: &Operation) -> Option<(&'static str, usize)> {
    let bounds = [
        (OperationId::CreateOrder, "companies", MAX_COMPANIES),
        (OperationId::AddBlacklistEntries, "entries", MAX_ENTRIES),
    ];
    let bound = bounds.into_iter().find(|(id, ..)| *id == operation.id);
    bound.map(|(_, field, max)| (field, max))
}

pub(super) async fn size(session: &Session, operation: &'static Operation) -> Outcome {
    let Some((field, max)) = bulk(operation) else {
        return Ok(());
    };
    let tenant = session.tenant().await?;
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let with = |count| {
        let mut body = request.body_json();
        body[field] = json!(vec![body[field][0].clone(); count]);
        session.send(request.clone().body(body.to_string()))
    };
    with(max).await?.expect_success()?;
    rejects(&with(max + 1).await?, field)
}

pub(super) async fn discovery_takes_no_companies(session: &Session) -> Outcome {
    let tenant = session.tenant().await?;
    let operation = OperationId::CreateOrder.operation();
    let request = tenant
        .valid_request(operation, &tenant.credential(operation).await?)
        .await?;
    let mut body = request.body_json();
    body["order_type"] = json!("DISCOVERY");
    rejects(
        &session.send(request.body(body.to_string())).await?,
        "companies",
    )
}
