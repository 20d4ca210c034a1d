//! The counts of judged traffic in the report.

use crate::finding::redaction::Redacted;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A side of an exchange.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Side {
    /// The client.
    Client,
    /// The server.
    Server,
}

/// How many were judged, and how many of them were correct.
#[derive(Clone, Copy, Debug, Default, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Count")]
pub struct JudgedCount {
    /// How many were judged.
    pub judged: usize,
    /// How many were correct.
    pub right: usize,
}

/// What the judged traffic consists of.
#[derive(Clone, Debug, Default, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Passed")]
pub struct TrafficCounts {
    /// Exchanges with the API.
    pub exchanges: usize,
    /// Other exchanges, which are left out.
    pub others: usize,
    /// Malformed entries of the recording, which are not judged.
    pub unreadable: usize,
    /// Requests with a redacted credential.
    pub redacted: usize,
    /// Requests without a response.
    pub unanswered: usize,
    /// Responses whose headers or body were not recorded.
    pub without_body: usize,
    /// What the recording lacks, and what was left out although it could have been judged.
    pub warnings: Vec<Redacted>,
    /// Requests that the rules about what a client does over time leave out: beyond their limit, or with an unknown body.
    pub left_out: usize,
    /// Requests for operations.
    pub requests: JudgedCount,
    /// Their responses, if they could be judged.
    pub answers: JudgedCount,
    /// Rules about what a client does over time, for each key with which one was exercised.
    pub rules: JudgedCount,
}
