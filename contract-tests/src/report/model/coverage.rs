//! What the report says of all that could have been seen: answers, readings, rules, calls that a fault befell.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use strum::{Display, EnumString, VariantArray};

use crate::{
    contract::Keywords,
    finding::{Level, Verdict, redaction::Clean},
};

/// What befalls a call.
#[derive(
    Clone, Copy, Debug, Display, EnumString, Eq, JsonSchema, PartialEq, Serialize, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Fault {
    /// From it on, no key works any more.
    Revoke,
    /// From it on, all keys are expired.
    Expire,
    /// It is answered with 429 and a second to wait.
    #[serde(rename = "429")]
    #[strum(serialize = "429")]
    RateLimit,
    /// It meets a reset before its answer.
    Reset,
    /// It is never answered.
    Timeout,
}

/// What came of a fault at one call after the other.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Swept")]
pub struct SweepResult {
    /// The fault.
    pub fault: Fault,
    /// The calls that it befell, in their order.
    pub positions: Vec<Position>,
    /// The first at which a rule was broken.
    pub first_broken: Option<usize>,
    /// The first that it did not befall, since the client made no more; `null` where the sweep ended before.
    pub not_reached: Option<usize>,
}

/// What came of a fault at one call.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Position {
    /// Which call, from 1.
    pub position: usize,
    /// The scenario, as `--scenario` takes it.
    pub scenario: &'static str,
    /// The gravest verdict in it.
    pub verdict: Verdict,
    /// The rules that were broken in it.
    pub broken: Vec<&'static str>,
}

/// A rule of clients, and in how many trials it came to what.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct RuleCoverage {
    /// The rule.
    pub id: &'static str,
    /// What it says.
    pub rule: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// Where it was put to the test.
    pub armed: usize,
    /// Where it was kept.
    pub kept: usize,
    /// Where it was broken.
    pub broken: usize,
    /// What it needs to be put to the test.
    pub needs: &'static str,
}

/// What a server does where the documents contradict one another.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Followed")]
pub struct ObservedReading {
    /// What they contradict one another in.
    pub about: &'static str,
    /// What one of them says, and the server does.
    pub reading: &'static str,
    /// The page that says so.
    pub source: &'static str,
    /// In how many answers.
    pub seen: usize,
}

/// An answer, and how often it was seen.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Coverage {
    /// The operation.
    pub operation: &'static str,
    /// The status.
    pub status: u16,
    /// The error code; `null` for success.
    pub code: Option<Clean>,
    /// Whether the contract has it.
    pub documented: bool,
    /// Whether it counts for `seen`: it was seen, or could have been.
    pub expected: bool,
    /// How often it was seen.
    pub seen: usize,
    /// How often it was right.
    pub valid: usize,
    /// How often it was not.
    pub invalid: usize,
    /// How often it was declared as what, such as `application/json`; `none` where it was not.
    pub media_types: BTreeMap<Clean, usize>,
    /// The fields, items and words of its body that none had, such as `$.orders[*].status: COMPLETED`. What is
    /// within one that is named here is not; of an answer that was not seen, nothing is.
    pub never_seen: Vec<Clean>,
    /// The keywords of its body's schema; `null` where no such body was seen.
    pub keywords: Option<Keywords<Clean>>,
    /// Why it was not seen.
    pub reason_unseen: Option<&'static str>,
    /// A command that would provoke it; `null` where nothing can be relied on to.
    pub provoke: Option<Clean>,
}

impl Coverage {
    /// Whether it was not seen, though it could have been.
    pub fn is_missing(&self) -> bool {
        self.expected && self.seen == 0
    }
}
