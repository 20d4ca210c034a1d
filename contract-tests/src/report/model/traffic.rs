//! What traffic consists of, as the report has it.

use crate::finding::redaction::Clean;
use schemars::JsonSchema;
use serde::Serialize;

/// Whose mistake it is.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Side {
    /// That of who asks.
    Client,
    /// That of who answers.
    Server,
}

/// How much of something was right.
#[derive(Clone, Copy, Debug, Default, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Count")]
pub struct JudgedCount {
    /// How often it was judged.
    pub judged: usize,
    /// How often it was right.
    pub right: usize,
}

/// What the traffic consists of that was judged.
#[derive(Clone, Debug, Default, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Passed")]
pub struct TrafficCounts {
    /// Exchanges with the API.
    pub exchanges: usize,
    /// Exchanges with others, which are left out.
    pub others: usize,
    /// Entries of the recording that are malformed, and not judged.
    pub unreadable: usize,
    /// Requests whose credential the recording has redacted.
    pub redacted: usize,
    /// Requests that came to no answer.
    pub unanswered: usize,
    /// Answers whose headers or body the recording does not have.
    pub without_body: usize,
    /// What the recording lacks, and what was left out that would have been judged.
    pub warnings: Vec<Clean>,
    /// Calls that the rules about what a client does over time could not take in.
    pub left_out: usize,
    /// Requests of operations.
    pub requests: JudgedCount,
    /// Their answers, as far as they could be judged.
    pub answers: JudgedCount,
    /// Rules about what a client does over time, for each key for which one was put to the test.
    pub rules: JudgedCount,
}
