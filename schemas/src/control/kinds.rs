//! The kinds of values that fields of the control API accept, each with its schema.

use serde_json::{Value, json};
use strum::VariantArray;

use super::{ListenerFault, calls, object};
use crate::{
    ErrorCode, OperationId, Preset, Scope, ScopeSet, Tier,
    api_keys::MAX_KEY_NAME,
    oauth::Endpoint,
    orders::OrderStatus,
    time::{self, DATE_TIME},
};

/// The largest integer that every JSON parser reads exactly.
pub const MAX_COUNT: u64 = 1 << 53;

/// Maximum number of expectations that are verified at once.
const MAX_EXPECTATIONS: usize = 50;
/// Maximum number of parameters, of headers and of JSON Pointers of an expectation.
const MAX_CONDITIONS: usize = 20;
/// The name of a header.
const HEADER_NAME: &str = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";
/// A JSON Pointer (RFC 6901).
const POINTER: &str = "^(?:/(?:[^~/]|~[01])*)*$";

/// A header, or a header with a value.
const HEADER_CONDITION: &str = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?::[\\s\\S]*)?$";
/// A JSON Pointer to something, or a JSON Pointer with a value.
const JSON_CONDITION: &str = "^(?:/(?:[^~/=]|~[01])*)+(?:=[\\s\\S]*)?$";

/// A kind of value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The name of an organization.
    Organization,
    /// A name for humans.
    Name,
    /// How a clock runs, in the syntax of `--clock`.
    Clock,
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
    /// How long to wait.
    Wait,
    /// A speed, as a multiple of real time.
    Factor,
    /// A preset of scopes.
    Preset,
    /// Scopes that an API key can hold.
    Scopes,
    /// All scopes, including those that no API key can hold.
    TokenScopes,
    /// A tier.
    Tier,
    /// A status of an order.
    Status,
    /// A fault of a listener.
    ListenerFault,
    /// Keys to create, each in the shape that the operation for one key accepts.
    Keys,
    /// A count.
    Count,
    /// A filter of recorded requests by their result.
    Answered,
    /// The same, or a status as a number.
    AnsweredOrStatus,
    /// An error code.
    ErrorCode,
    /// An operation.
    Operation,
    /// An endpoint of the authorization server.
    Endpoint,
    /// A boolean.
    Bool,
    /// Claims of a token.
    Claims,
    /// The id of a client of the authorization server.
    ClientId,
    /// The secret that a client authenticates with.
    ClientSecret,
    /// The redirect URIs of a client.
    RedirectUris,
    /// Any text.
    Text,
    /// A scenario, with the schema that `mock-server scenarios schema` prints.
    Scenario,
    /// Requests that are expected.
    Expectations,
    /// Query parameters by name, each with a value, or whether it is present.
    Parameters,
    /// Headers by name, each with a value, or whether it is present.
    Headers,
    /// A condition on a header.
    HeaderCondition,
    /// A condition on a JSON body.
    JsonCondition,
    /// Any JSON.
    Json,
    /// Values by JSON Pointer.
    Pointers,
    /// A JSON Schema.
    JsonSchema,
}

/// The result of a request.
const ANSWERED: &str = "^(?:[1-9][0-9]{2}|[1-9]xx|aborted)$";
const ANSWERED_TITLE: &str = "a status such as 404, 4xx for all of its kind, or aborted";
/// A factor from 0.001 to 100,000.
const FACTOR: &str = concat!(
    "(?:[1-9][0-9]{0,4}(?:\\.[0-9]+)?|100000(?:\\.0+)?",
    "|0\\.(?:[1-9]|0[1-9]|00[1-9])[0-9]*)",
);
/// A duration in ISO 8601 syntax.
const ISO_DURATION: &str = concat!(
    "(?:P[0-9]{1,6}D|(?:P[0-9]{1,6}D|P)T(?:[0-9]{1,8}H(?:[0-9]{1,9}M)?(?:[0-9]{1,9}S)?",
    "|[0-9]{1,9}M(?:[0-9]{1,9}S)?|[0-9]{1,9}S))",
);
/// The units of human-readable durations, longest first.
const UNITS: [&str; 6] = [
    "[0-9]{1,5}w",
    "[0-9]{1,6}d",
    "[0-9]{1,8}h",
    "[0-9]{1,9}m",
    "[0-9]{1,9}s",
    "[0-9]{1,9}ms",
];
/// A redirect URI of a client: an HTTP(S) URI, or a URI with a native app's private scheme, which is a domain name in reverse
/// order (RFC 8252 §7.1). On a loopback address, any port is allowed.
const REDIRECT_URI: &str = concat!(
    "^(?:https?://[!-\"$-~]+",
    "|[0-9A-Za-z+-]*\\.[0-9A-Za-z+.-]*:[!-\"$-~]+)$",
);
/// A duration of at most one minute.
const WAIT: &str = "^(?:[0-9]{1,4}ms|(?:[0-5]?[0-9]|60)s|1m|PT(?:[0-5]?[0-9]|60)S)$";

impl Kind {
    /// Its schema. The title describes the texts that match the pattern.
    pub fn schema(self) -> Value {
        match self {
            Self::Organization => json!({
                "type": "string",
                "pattern": "^[0-9A-Za-z]{6}$",
                "title": "six letters or digits",
            }),
            Self::Name => json!({"type": "string", "maxLength": MAX_KEY_NAME}),
            Self::Clock => clock(),
            Self::Time => json!({
                "type": "string",
                "format": "date-time",
                "pattern": time::pattern(),
                "title": time::TITLE,
                "examples": ["2026-01-15T09:00:00Z"],
            }),
            Self::Duration => text(
                &duration(),
                "a duration such as 90s, 1h30m, 7d or PT1H",
                &["90s", "1h30m", "7d", "PT1H"],
            ),
            Self::Wait => text(
                WAIT,
                "a duration of up to 60 seconds, such as 500ms or 10s",
                &["100ms"],
            ),
            Self::Factor => json!({"type": "number", "minimum": 0.001, "maximum": 100_000}),
            Self::Preset => json!({"enum": Preset::VARIANTS}),
            Self::Scopes => list(ScopeSet::PUBLIC),
            Self::TokenScopes => list(Scope::VARIANTS.iter().copied().collect()),
            Self::Tier => json!({"enum": Tier::VARIANTS}),
            Self::Status => json!({"enum": OrderStatus::VARIANTS}),
            Self::ListenerFault => json!({"enum": ListenerFault::VARIANTS}),
            Self::Keys => array(1_000, &object(calls::KEY, calls::KEY_RULES)),
            Self::Count => json!({"type": "integer", "minimum": 0, "maximum": MAX_COUNT}),
            Self::Answered => text(ANSWERED, ANSWERED_TITLE, &["404", "4xx", "aborted"]),
            Self::AnsweredOrStatus => answered_or_status(),
            Self::ErrorCode => json!({"enum": ErrorCode::VARIANTS}),
            Self::Operation => json!({"enum": OperationId::VARIANTS}),
            Self::Endpoint => json!({"enum": Endpoint::VARIANTS}),
            Self::Bool => json!({"type": "boolean"}),
            Self::ClientId => client_id(),
            Self::ClientSecret => json!({"type": "string", "minLength": 1, "maxLength": 200}),
            Self::RedirectUris => redirect_uris(),
            Self::Text => json!({"type": "string"}),
            Self::Claims | Self::Scenario => json!({"type": "object"}),
            Self::Expectations => array(
                MAX_EXPECTATIONS,
                &object(calls::EXPECTATION, calls::EXPECTATION_RULES),
            ),
            Self::Parameters => map(&json!({"type": ["string", "boolean"]})),
            Self::Headers => named(HEADER_NAME, &json!({"type": ["string", "boolean"]})),
            Self::HeaderCondition => header_condition(),
            Self::JsonCondition => json_condition(),
            Self::Json => json!({}),
            Self::Pointers => named(POINTER, &json!({})),
            Self::JsonSchema => json!({"type": ["object", "boolean"]}),
        }
    }
}

fn answered_or_status() -> Value {
    json!({
        "type": ["string", "integer"],
        "pattern": ANSWERED,
        "minimum": 100,
        "maximum": 999,
        "title": ANSWERED_TITLE,
        "examples": [404, "4xx", "aborted"],
    })
}

fn header_condition() -> Value {
    let examples = ["Idempotency-Key", "Content-Type: application/json"];
    let title = "a header, with a value if not any will do";
    text(HEADER_CONDITION, title, &examples)
}

fn json_condition() -> Value {
    let examples = ["/blacklist_ids", "/title=Hotels"];
    let title = "a JSON Pointer into the body, with a value if not any will do";
    text(JSON_CONDITION, title, &examples)
}

/// A text with this pattern, which the title describes.
fn text(pattern: &str, title: &str, examples: &[&str]) -> Value {
    json!({"type": "string", "pattern": pattern, "title": title, "examples": examples})
}

/// At most this many items.
fn array(max: usize, items: &Value) -> Value {
    json!({"type": "array", "maxItems": max, "items": items})
}

fn clock() -> Value {
    json!({
        "type": "string",
        "pattern": format!("^(?:real|frozen(?:={DATE_TIME})?|scale={FACTOR})$"),
        "title": "real, frozen, frozen=2026-01-15T09:00:00Z or scale=60",
        "examples": ["real", "frozen", "frozen=2026-01-15T09:00:00Z", "scale=60"],
    })
}

/// An object with a limited number of fields.
fn map(values: &Value) -> Value {
    json!({"type": "object", "maxProperties": MAX_CONDITIONS, "additionalProperties": values})
}

/// The same, with names that match a pattern.
fn named(pattern: &str, values: &Value) -> Value {
    let mut map = map(values);
    map["propertyNames"] = json!({"pattern": pattern});
    map
}

fn client_id() -> Value {
    json!({
        "type": "string",
        "pattern": "^[0-9A-Za-z._-]{1,40}$",
        "title": "1 to 40 letters, digits, dots, hyphens or underscores",
        "examples": ["my-tool"],
    })
}

fn redirect_uris() -> Value {
    json!({
        "type": "array",
        "maxItems": 20,
        "items": {
            "type": "string",
            "maxLength": 2_000,
            "pattern": REDIRECT_URI,
            "title": "a redirect URI such as http://127.0.0.1/callback, without a fragment",
            "examples": ["http://127.0.0.1/callback"],
        },
    })
}

/// The schema of a list of scopes from this set.
fn list(scopes: ScopeSet) -> Value {
    let scopes: Vec<_> = scopes.iter().collect();
    json!({"type": "array", "items": {"enum": scopes}})
}

/// A duration in human-readable units, longest first, or in ISO 8601 syntax.
fn duration() -> String {
    let forms = (0..UNITS.len()).map(|first| {
        let shorter = UNITS[first + 1..].iter();
        let shorter: Vec<_> = shorter.map(|unit| format!("(?: ?{unit})?")).collect();
        format!("{}{}", UNITS[first], shorter.concat())
    });
    let forms: Vec<_> = forms.collect();
    format!("^(?:{}|{ISO_DURATION})$", forms.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_know_the_ranges_of_months_and_days() {
        let accepts =
            |kind: Kind, text: &str| jsonschema::validate(&kind.schema(), &json!(text)).is_ok();
        for time in [
            "1970-01-01T00:00:00Z",
            "2024-02-29T23:59:59.999999999-23:59",
            "2000-02-29T00:00:00Z",
            "9998-12-31T23:59:59+00:00",
        ] {
            assert!(accepts(Kind::Time, time), "{time}");
            assert!(accepts(Kind::Clock, &format!("frozen={time}")), "{time}");
        }
        for time in [
            "1969-12-31T23:59:59Z",
            "2023-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-15T24:00:00Z",
            "2026-01-15T09:00:00",
            "2026-01-15 09:00:00Z",
            "9999-01-01T00:00:00Z",
            "2026-01-15",
        ] {
            assert!(!accepts(Kind::Time, time), "{time}");
            assert!(!accepts(Kind::Clock, &format!("frozen={time}")), "{time}");
        }
        for duration in [
            "90s", "1h30m", "1h 30m", "7d", "1w", "1500ms", "PT1H", "P1DT1M5S", "P2D",
        ] {
            assert!(accepts(Kind::Duration, duration), "{duration}");
        }
        for duration in [
            "", "P", "PT", "P1DT", "90", " 1s", "1s ", "s", "-1s", "1mo", "1s1h", "soon",
        ] {
            assert!(!accepts(Kind::Duration, duration), "{duration}");
        }
        for wait in ["0s", "60s", "1m", "9999ms", "PT60S"] {
            assert!(accepts(Kind::Wait, wait), "{wait}");
        }
        for wait in ["61s", "1h", "2m", "10000ms"] {
            assert!(!accepts(Kind::Wait, wait), "{wait}");
        }
        for factor in ["1", "60", "0.001", "0.5", "100000", "99999.99"] {
            assert!(accepts(Kind::Clock, &format!("scale={factor}")), "{factor}");
        }
        for factor in [
            "0", "0.0009", "0.000", "100001", "100000.1", "-1", "1e3", "",
        ] {
            assert!(
                !accepts(Kind::Clock, &format!("scale={factor}")),
                "{factor}"
            );
        }
    }
}
