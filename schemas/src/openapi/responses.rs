//! The responses that operations share: one for each set of errors with the same status.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use strum::EnumMessage;

use super::{oauth, sandbox, schemas::Schemas};
use crate::{
    ErrorCode, Evidence, Operation, Profile,
    documents::Document,
    headers::{self, Quota},
    source,
};

/// A header with a numeric value.
pub(super) struct NumberHeader {
    pub(super) name: &'static str,
    description: &'static str,
    minimum: u8,
    /// Its value in normal operation: a mock server that returns the example makes no client wait.
    example: u32,
    evidence: Evidence,
    source: &'static str,
}

/// The headers of every response to an accepted key.
const RATE_HEADERS: &[NumberHeader] = &[
    NumberHeader {
        name: "X-RateLimit-Limit",
        description: "Number of requests that the key may make in the window.",
        minimum: 1,
        example: 1000,
        evidence: Evidence::Assumed,
        source: source::OURS,
    },
    NumberHeader {
        name: "X-RateLimit-Remaining",
        description: "Number of requests left in the window.",
        minimum: 0,
        example: 942,
        evidence: Evidence::Assumed,
        source: source::OURS,
    },
    NumberHeader {
        name: "X-RateLimit-Reset",
        description: "When the window ends, in epoch seconds.",
        minimum: 0,
        example: 1_768_471_200,
        evidence: Evidence::Assumed,
        source: source::OURS,
    },
];

const RETRY_AFTER: NumberHeader = NumberHeader {
    name: "Retry-After",
    description: "Seconds until the next request is admitted.",
    minimum: 1,
    example: 30,
    evidence: Evidence::Documented,
    source: source::AUTHENTICATION,
};

impl NumberHeader {
    fn object(&self, required: bool) -> Value {
        json!({
            "description": self.description,
            "required": required,
            "schema": {"type": "integer", "minimum": self.minimum},
            "example": self.example,
            "x-evidence": self.evidence,
            "x-source": self.source,
        })
    }
}

/// The headers of every response to an accepted key in this profile. They are assumed.
pub(super) fn sent_rate_headers(profile: Profile) -> impl Iterator<Item = &'static NumberHeader> {
    let headers = RATE_HEADERS.iter();
    headers.filter(move |_| profile == Profile::Everything)
}

/// The same, as Header Objects.
pub(super) fn rate_headers(profile: Profile, required: bool) -> Map<String, Value> {
    sent_rate_headers(profile)
        .map(|header| (header.name.to_owned(), header.object(required)))
        .collect()
}

/// The errors of an operation by their status. The head of any request can be too large, or declare a transfer coding that the
/// server does not support.
pub(super) fn error_groups(operation: &Operation) -> BTreeMap<u16, Vec<ErrorCode>> {
    let head = [
        ErrorCode::UriTooLong,
        ErrorCode::HeadersTooLarge,
        ErrorCode::NotImplemented,
    ];
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for code in operation.all_errors().chain(head) {
        groups.entry(code.facts().status).or_default().push(code);
    }
    groups
}

/// The name of the response that carries one of these errors.
pub(super) fn component_name(codes: &[ErrorCode]) -> String {
    let names: Vec<_> = codes.iter().map(|code| format!("{code:?}")).collect();
    names.join("Or")
}

/// Every response that an operation refers to, and the responses to requests that match no operation.
pub(super) fn components(schemas: &Schemas) -> Value {
    let unrouted = [ErrorCode::NotFound, ErrorCode::MethodNotAllowed].map(|code| vec![code]);
    let mut all = Map::new();
    for codes in schemas
        .profile
        .operations()
        .flat_map(|operation| error_groups(operation).into_values())
        .chain(unrouted)
    {
        all.entry(component_name(&codes))
            .or_insert_with(|| response(&codes, schemas));
    }
    if schemas.profile == Profile::Everything {
        all.extend([oauth::response(), sandbox::response(schemas)]);
    }
    all.into()
}

fn response(codes: &[ErrorCode], schemas: &Schemas) -> Value {
    let documents: Vec<_> = codes.iter().copied().map(Document::Error).collect();
    let descriptions: Vec<_> = codes
        .iter()
        .filter_map(EnumMessage::get_documentation)
        .collect();
    // The response is only as reliable as the weakest of its errors.
    let facts = codes.iter().map(|code| code.facts());
    let weakest = facts.max_by_key(|facts| facts.evidence);
    json!({
        "description": descriptions.join(" Or: "),
        "headers": headers(codes, schemas.profile),
        "content": schemas.content_of(&documents),
        "x-evidence": weakest.map(|facts| facts.evidence),
        "x-source": weakest.map(|facts| facts.source),
    })
}

fn headers(codes: &[ErrorCode], profile: Profile) -> Map<String, Value> {
    let text: Vec<_> = codes.iter().map(|code| headers::quota(*code)).collect();
    let mut headers = if text.iter().any(|text| *text != Quota::Untold) {
        let always = text.iter().all(|text| *text == Quota::Told);
        rate_headers(profile, always)
    } else {
        Map::new()
    };
    if codes.contains(&ErrorCode::RateLimitExceeded)
        && let Some(left) = headers.get_mut("X-RateLimit-Remaining")
    {
        left["example"] = json!(0);
    }
    headers.extend(codes.iter().filter_map(|code| own_header(*code, profile)));
    headers
}

/// The header that only this error has.
fn own_header(code: ErrorCode, profile: Profile) -> Option<(String, Value)> {
    let text = |name: &str, description, required, source| {
        let object = json!({
            "description": description,
            "required": required,
            "schema": {"type": "string"},
            "x-evidence": Evidence::Assumed,
            "x-source": source,
        });
        (name.to_owned(), object)
    };
    if code == ErrorCode::RateLimitExceeded {
        return Some((RETRY_AFTER.name.to_owned(), RETRY_AFTER.object(true)));
    }
    if code == ErrorCode::MethodNotAllowed {
        return Some(text(
            "Allow",
            "The methods of the path.",
            true,
            source::HTTP,
        ));
    }
    let challenges = [
        ErrorCode::AuthenticationError,
        ErrorCode::AuthorizationError,
    ];
    let challenge = "The authentication scheme to use. A server can be configured not to send it.";
    (profile == Profile::Everything && challenges.contains(&code))
        .then(|| text("WWW-Authenticate", challenge, false, source::BEARER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(headers: &Map<String, Value>) -> [u64; 2] {
        ["X-RateLimit-Limit", "X-RateLimit-Remaining"]
            .map(|name| headers[name]["example"].as_u64().unwrap())
    }

    #[test]
    fn examples_of_rate_headers_have_quota_left_except_in_429() {
        let [limit, left] = examples(&rate_headers(Profile::Everything, true));
        assert!(limit / 2 < left && left < limit, "{left} of {limit}");
        let refused = headers(&[ErrorCode::RateLimitExceeded], Profile::Everything);
        assert_eq!(examples(&refused), [limit, 0]);
    }
}
