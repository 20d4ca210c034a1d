//! What `contract-tests twin --learn` observed of a server, as a file that `mock-server --assumptions` applies to the sandbox.
//!
//! To add a fact: add a field here, observe it in the judge's `compare/learned.rs`, and apply it to the server's settings.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

/// Observed facts. A fact that was not observed is omitted.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assumptions {
    /// Whether 401 and 403 carry `WWW-Authenticate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenges: Option<Learned<bool>>,
    /// Whether a `limit` out of range is replaced by the nearest allowed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clamp_limits: Option<Learned<bool>>,
    /// Whether `HEAD` is served wherever `GET` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<Learned<bool>>,
    /// Whether undocumented query parameters are ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_unknown_parameters: Option<Learned<bool>>,
    /// Which rate-limit headers are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_headers: Option<Learned<RateDialect>>,
    /// Whether a trailing slash in the path is ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trailing_slash: Option<Learned<bool>>,
    /// The status of a validation error: 422 or 400.
    #[serde(
        deserialize_with = "validation_status",
        skip_serializing_if = "Option::is_none"
    )]
    pub validation_status: Option<Learned<u16>>,
}

/// Rejects other statuses during parsing, where the error still has a position in the file.
fn validation_status<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Learned<u16>>, D::Error> {
    let learned = Learned::<u16>::deserialize(deserializer)?;
    if [400, 422].contains(&learned.value) {
        return Ok(Some(learned));
    }
    let error = format!("`{}` is not 422 or 400", learned.value);
    Err(de::Error::custom(error))
}

/// An observed value, and where it was observed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Learned<T> {
    /// The observed value.
    pub value: T,
    /// The responses that show it, as text for people.
    pub evidence: String,
}

/// The kind of rate-limit headers.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateDialect {
    /// `X-RateLimit-Limit`, `-Remaining`, `-Reset`.
    #[serde(rename = "x-ratelimit")]
    XRateLimit,
    /// `RateLimit` and `RateLimit-Policy` of the IETF draft.
    Ietf,
    /// Both.
    Both,
    /// None of them.
    None,
}
