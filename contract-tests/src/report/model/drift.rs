//! Drift in the report: where traffic differs from the contract.

use schemars::JsonSchema;
use schemas::Evidence;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

use super::{Side, Text};
use crate::finding::{count, redaction::Redacted};

/// How severe a difference is for those who rely on the contract.
#[derive(
    Clone, Copy, Debug, Display, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Rank {
    /// Something that the contract promises is missing or different.
    Breaking,
    /// A word that is not in a complete list of the contract.
    NewWord,
    /// Something that is not in the contract.
    Additive,
}

/// The kind of a difference.
#[derive(
    Clone, Copy, Debug, Display, Eq, IntoStaticStr, JsonSchema, PartialEq, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schemars(rename = "Kind")]
pub enum DriftKind {
    /// A field is missing.
    Missing,
    /// A value has another type, or is `null`.
    Type,
    /// A string does not have its format.
    Format,
    /// A value is out of bounds.
    Bounds,
    /// A status that is not in the contract, or an error code with a different status.
    Status,
    /// The media type of a response is not JSON.
    MediaType,
    /// A word that is not in the contract.
    Word,
    /// A field that is not in the contract.
    Field,
    /// Another success status.
    OtherSuccess,
}

/// Where traffic differs from the contract. Drift does not affect the verdict; rules do.
#[derive(Clone, Debug, Default, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Drift {
    /// How many bodies of requests and responses were compared.
    pub bodies: usize,
    /// How many differences are breaking.
    pub breaking: usize,
    /// How many are words that are not in the contract.
    pub new_words: usize,
    /// How many are other additions to the contract.
    pub additive: usize,
    /// How many are in the report of an earlier run, if one was given.
    pub known: usize,
    /// The differences, the most severe first; at most 200 of each rank.
    pub differences: Vec<Difference>,
    /// How often differences that are not listed were seen.
    pub left_out: usize,
}

/// A difference, and how often it was seen.
#[derive(Clone, Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Difference {
    /// The same in every run in which this difference is seen.
    pub fingerprint: String,
    /// How severe it is.
    pub rank: Rank,
    /// The kind of difference.
    pub kind: DriftKind,
    /// The side that differs.
    pub side: Side,
    /// The operation.
    pub operation: Text,
    /// The status of the response; `null` for a request.
    pub status: Option<u16>,
    /// Where: a JSON path, `header <name>` or `status`; `*` stands for any item, id or key.
    pub at: Redacted,
    /// The type, format, bound or word; empty for other kinds.
    pub word: Redacted,
    /// The types of a field that is not in the contract.
    pub types: Vec<Text>,
    /// The evidence for what the contract says; `null` where it says nothing.
    pub evidence: Option<Evidence>,
    /// Where it was seen first.
    pub first: Redacted,
    /// The number of requests or responses with it.
    pub count: usize,
    /// Whether it is in the report of an earlier run.
    pub known: bool,
}

impl Drift {
    pub(crate) fn summary(&self) -> String {
        let left_out = match self.left_out {
            0 => String::new(),
            number => format!(", others seen {}", count(number, "time")),
        };
        format!(
            "drift: {} breaking, {}, {} additive, {} of them known{left_out}",
            self.breaking,
            count(self.new_words, "new word"),
            self.additive,
            self.known
        )
    }
}

impl Difference {
    pub(crate) fn rank(&self) -> String {
        self.rank.to_string().replace('_', " ")
    }

    /// The operation, and the status of the response.
    pub(crate) fn about(&self) -> String {
        match self.status {
            Some(status) => format!("{} {status}", self.operation),
            None => format!("{} request", self.operation),
        }
    }

    /// The difference in words, without its place.
    pub(crate) fn sentence(&self) -> String {
        let word = &self.word;
        let sentence = match self.kind {
            DriftKind::Missing => "is missing".to_owned(),
            DriftKind::Type if **word == *"no JSON" => "is not JSON".to_owned(),
            DriftKind::Type => format!("has an unexpected type: {word}"),
            DriftKind::Format => format!("is not a valid {word}"),
            DriftKind::Bounds => format!("is out of bounds: {word}"),
            DriftKind::Status if word.is_empty() => "is not in the contract".to_owned(),
            DriftKind::Status => format!("is {word}, which belongs to another status"),
            DriftKind::MediaType => format!("is {word}"),
            DriftKind::Word => format!("has the unknown word {word}"),
            DriftKind::Field => format!("is an undocumented field: {}", self.types.join(", ")),
            DriftKind::OtherSuccess => "is another success status".to_owned(),
        };
        match self.evidence {
            Some(Evidence::Assumed) => sentence + " (assumed)",
            Some(Evidence::Documented | Evidence::Guide) | None => sentence,
        }
    }
}
