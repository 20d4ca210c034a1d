//! Coverage in the report: responses, readings, rules, and the positions of a sweep.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use super::Text;
use crate::{
    contract::{Keywords, ambiguities::is_deviation},
    finding::{Level, Verdict, redaction::Redacted},
};

/// A fault that a sweep injects.
#[derive(
    Clone,
    Copy,
    Debug,
    Display,
    EnumString,
    Eq,
    JsonSchema,
    PartialEq,
    Serialize,
    Deserialize,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Fault {
    /// From this request on, all keys are revoked.
    Revoke,
    /// From this request on, all keys are expired.
    Expire,
    /// A 429 response with `Retry-After: 1`.
    #[serde(rename = "429")]
    #[strum(serialize = "429")]
    RateLimit,
    /// The connection is reset before the response.
    Reset,
    /// There is no response.
    Timeout,
}

/// The results of injecting a fault at one request after the other.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Swept")]
pub struct SweepResult {
    /// The injected fault.
    pub fault: Fault,
    /// The requests at which the fault was injected, in order.
    pub positions: Vec<Position>,
    /// The first request at which a rule was violated.
    pub first_broken: Option<usize>,
    /// The first request at which the fault was not injected, since the client sent no more; `null` where the
    /// sweep ended before.
    pub not_reached: Option<usize>,
}

/// The result of injecting a fault at one request.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Position {
    /// The number of the request, from 1.
    pub position: usize,
    /// The scenario, as `--scenario` takes it.
    pub scenario: Text,
    /// The most severe verdict.
    pub verdict: Verdict,
    /// The rules that were violated.
    pub broken: Vec<Text>,
}

/// A rule, and how often it was exercised, passed and violated.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct RuleCoverage {
    /// The id of the rule.
    pub id: Text,
    /// The rule as a sentence.
    pub rule: Text,
    /// The level of the rule.
    pub level: Level,
    /// How often it was exercised.
    pub armed: usize,
    /// How often it passed.
    pub kept: usize,
    /// How often it was violated.
    pub broken: usize,
    /// What exercises it.
    pub needs: Text,
}

/// Which document a server follows where the documents contradict each other.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Followed")]
pub struct ObservedReading {
    /// The subject of the contradiction.
    pub about: Text,
    /// The reading that the server follows.
    pub reading: Text,
    /// The page with this reading.
    pub source: Text,
    /// The number of responses that follow it.
    pub seen: usize,
}

impl ObservedReading {
    /// Whether it is another reading than the contract's.
    pub(crate) fn deviates(&self) -> bool {
        is_deviation(&self.about, &self.reading)
    }
}

/// A response, and how often it was seen.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Coverage {
    /// The operation.
    pub operation: Text,
    /// The status.
    pub status: u16,
    /// The error code; `null` where there is none, as in a success.
    pub code: Option<Redacted>,
    /// Whether it is in the contract.
    pub documented: bool,
    /// Whether it counts for `seen`: it was seen, or could have been provoked.
    pub expected: bool,
    /// How often it was seen.
    pub seen: usize,
    /// How many of them were valid.
    pub valid: usize,
    /// How many of them were invalid.
    pub invalid: usize,
    /// How often each media type was declared, such as `application/json`; `none` where there was none.
    pub media_types: BTreeMap<Redacted, usize>,
    /// The fields, items and words of its body that were never seen, such as `$.orders[*].status: COMPLETED`. What
    /// is inside one of them is not listed, and nothing is listed for a response that was not seen.
    pub never_seen: Vec<Redacted>,
    /// The keywords of its body's schema; `null` where no such body was seen.
    pub keywords: Option<Keywords<Redacted>>,
    /// Why it was not seen.
    pub reason_unseen: Option<Text>,
    /// A command that provokes it; `null` where nothing provokes it reliably.
    pub provoke: Option<Redacted>,
}

impl Coverage {
    /// Whether it was not seen, though it could have been provoked.
    pub fn is_missing(&self) -> bool {
        self.expected && self.seen == 0
    }

    /// The code of the response, or what a response without one is.
    pub(crate) fn code_or_kind(&self) -> &str {
        let kind = match self.status {
            200..300 => "success",
            _ => "without a code",
        };
        self.code.as_deref().unwrap_or(kind)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn error_without_a_code_is_no_success() {
        let row = |status: u16, code: Option<&str>| -> Coverage {
            let row = json!({
                "operation": "list_orders", "status": status, "code": code, "documented": false,
                "expected": false, "seen": 1, "valid": 0, "invalid": 1, "media_types": {},
                "never_seen": [], "keywords": null, "reason_unseen": null, "provoke": null,
            });
            serde_json::from_value(row).unwrap()
        };
        assert_eq!(row(200, None).code_or_kind(), "success");
        assert_eq!(row(404, None).code_or_kind(), "without a code");
        assert_eq!(row(404, Some("NOT_FOUND")).code_or_kind(), "NOT_FOUND");
    }
}
