//! Which document the body of a response claims to be, and what is wrong with it.

use http::header;
use schemas::{ErrorCode, Evidence, Operation, documents::Document};
use serde_json::{Value, json};

use crate::{
    contract::{Contract, duplicates},
    finding::{Exchange, Violation},
};

/// Maximum length of a media type in bytes.
const MAX_MEDIA_TYPE: usize = 64;

/// What is wrong with the body of a response, whatever was requested.
pub(crate) fn body_violation(
    contract: &Contract,
    operation: &Operation,
    exchange: &Exchange,
) -> Option<Violation> {
    body_violation_as(contract, expected_document(operation, exchange), exchange)
}

/// What is wrong with the body of a response that should be this document.
pub(super) fn body_violation_as(
    contract: &Contract,
    document: Result<Option<Document>, Box<Violation>>,
    exchange: &Exchange,
) -> Option<Violation> {
    match document {
        Err(violation) => Some(*violation),
        Ok(None) => None,
        Ok(Some(document)) => {
            let violation = contract.violation(document, exchange.json());
            let violation = violation.or_else(|| duplicates::violation(&exchange.body));
            let violation = violation.or_else(|| status_violation(contract, document, exchange))?;
            Some(Violation {
                exchange: Some(exchange.into()),
                ..violation
            })
        }
    }
}

/// A validation error with another status than the one that a sandbox states. Of other servers, either is right.
fn status_violation(
    contract: &Contract,
    document: Document,
    exchange: &Exchange,
) -> Option<Violation> {
    if document != Document::Error(ErrorCode::ValidationError) {
        return None;
    }
    let stated = contract.expected.stated_validation_status()?;
    let status = exchange.status.as_u16();
    (status != stated).then(|| Violation {
        message: "the status is not the one that the setting `validation_status` states".to_owned(),
        at: "status".to_owned(),
        expected: json!(stated),
        actual: json!(status),
        evidence: Some(Evidence::Assumed),
        ..Violation::default()
    })
}

/// The document that a response claims to be, if any.
pub(crate) fn document_of(exchange: &Exchange) -> Option<Document> {
    let operation = exchange.operation()?;
    expected_document(operation, exchange).ok().flatten()
}

/// The encoding that a response declares, if it does. JSON is always UTF-8 (RFC 8259 §8.1).
fn charset(exchange: &Exchange) -> Option<&str> {
    let declared = exchange.header(header::CONTENT_TYPE)?;
    let mut parameters = declared
        .split(';')
        .skip(1)
        .filter_map(|one| one.split_once('='));
    let (_, charset) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(charset.trim().trim_matches('"'))
}

/// The declared media type, without parameters.
pub(super) fn media_type(exchange: &Exchange) -> &str {
    let declared = exchange.header(header::CONTENT_TYPE).unwrap_or("none");
    let essence = declared.split(';').next().unwrap_or_default().trim();
    &essence[..essence.floor_char_boundary(MAX_MEDIA_TYPE)]
}

/// In which way a response is not declared as JSON in UTF-8: a message, what was expected, and what is declared.
fn undeclared(exchange: &Exchange) -> Option<(&'static str, &'static str, &str)> {
    if !media_type(exchange).eq_ignore_ascii_case("application/json") {
        let declared = exchange.header(header::CONTENT_TYPE).unwrap_or_default();
        return Some((
            "the response is not declared as JSON",
            "application/json",
            declared,
        ));
    }
    let charset = charset(exchange).filter(|name| !name.eq_ignore_ascii_case("utf-8"))?;
    Some((
        "the response is declared in another encoding than UTF-8",
        "UTF-8",
        charset,
    ))
}

/// The document that a response claims to be; `None` if a success has no body.
pub(super) fn expected_document(
    operation: &Operation,
    exchange: &Exchange,
) -> Result<Option<Document>, Box<Violation>> {
    let body = exchange.json();
    let returns_nothing = exchange.status.is_success() && operation.response.is_none();
    if returns_nothing && exchange.body.is_empty() {
        return Ok(None);
    }
    let status = exchange.status.as_u16();
    let wrong = |message: &str, at: &str, expected: Value, actual: Value| {
        // No other statuses are documented.
        let documented = matches!(status, 200..300 | 401 | 403 | 429);
        Err(Box::new(Violation {
            message: message.to_owned(),
            at: at.to_owned(),
            expected,
            actual,
            evidence: (!documented).then_some(Evidence::Assumed),
            exchange: Some(exchange.into()),
            ..Violation::default()
        }))
    };
    if returns_nothing {
        let text = json!(String::from_utf8_lossy(&exchange.body));
        let message = "the operation returns no body";
        return wrong(message, "body", json!("no body"), text);
    }
    if let Some((message, expected, actual)) = undeclared(exchange) {
        return wrong(
            message,
            "header content-type",
            json!(expected),
            json!(actual),
        );
    }
    if exchange.status.is_success() {
        return Ok(operation.response);
    }
    let Some(code) = body["code"]
        .as_str()
        .and_then(|code| code.parse::<ErrorCode>().ok())
    else {
        let value = operation.all_errors().map(|code| json!(code)).collect();
        return wrong(
            "the error code is missing or unknown",
            "$.code",
            value,
            body["code"].clone(),
        );
    };
    let right = code.facts().status;
    // The documents disagree on the status of a validation error.
    if status == right || (code == ErrorCode::ValidationError && status == 400) {
        return Ok(Some(Document::Error(code)));
    }
    wrong(
        "the error code has the wrong status",
        "status",
        json!(right),
        json!(status),
    )
}
