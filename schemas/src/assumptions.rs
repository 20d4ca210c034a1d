//! What was learned of a server, to be taken over by the sandbox: the file that `contract-tests twin
//! --learn` writes and `mock-server --assumptions` reads.
//!
//! To add a fact: a field here, how to see it in the judge's `twin/learned.rs`, and what it sets in the
//! server's settings.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

/// What was learned; what was not seen is left out.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assumptions {
    /// Whether 401 and 403 carry `WWW-Authenticate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenges: Option<Learned<bool>>,
    /// Whether a limit out of range is taken for the nearest that is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clamp_limits: Option<Learned<bool>>,
    /// Whether `HEAD` is answered as `GET` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<Learned<bool>>,
    /// Whether query parameters that no document knows are ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_unknown_parameters: Option<Learned<bool>>,
    /// The words of the rate-limit headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_headers: Option<Learned<RateDialect>>,
    /// Whether a path with a slash at its end is the same path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trailing_slash: Option<Learned<bool>>,
    /// The status of a validation error: 422 or 400.
    #[serde(
        deserialize_with = "validation_status",
        skip_serializing_if = "Option::is_none"
    )]
    pub validation_status: Option<Learned<u16>>,
}

/// Refuses other statuses here, where an error has a place in the file.
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

/// A value, and where it was seen.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Learned<T> {
    /// What was seen.
    pub value: T,
    /// In which answers, for people.
    pub evidence: String,
}

/// The words of rate-limit headers.
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
