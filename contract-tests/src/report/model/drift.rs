//! Where traffic differs from the contract, as the report has it.

use schemars::JsonSchema;
use schemas::Evidence;
use serde::Serialize;
use strum::{Display, IntoStaticStr};

use super::Side;
use crate::finding::{count, redaction::Clean};

/// How grave a difference is for those who rely on the contract.
#[derive(Clone, Copy, Debug, Display, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Rank {
    /// Something that was promised is missing, or is something else.
    Breaking,
    /// A word that the contract does not have, where it lists all.
    NewWord,
    /// Something that the contract does not have.
    Additive,
}

/// In what traffic differs.
#[derive(Clone, Copy, Debug, Display, Eq, IntoStaticStr, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schemars(rename = "Kind")]
pub enum DriftKind {
    /// A field is missing.
    Missing,
    /// A value is of another type, or `null`.
    Type,
    /// A text does not have its format.
    Format,
    /// A value is not within its bounds.
    Bounds,
    /// A status that the contract does not have, or an error code that comes with another one.
    Status,
    /// An answer is declared as something else than JSON.
    MediaType,
    /// A word that is not among those of the contract.
    Word,
    /// A field that the contract does not have.
    Field,
    /// A success with another status.
    OtherSuccess,
}

/// Where traffic differs from the contract. It decides nothing: what fails, fails by the rules.
#[derive(Clone, Debug, Default, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Drift {
    /// Bodies of requests and answers that were compared.
    pub bodies: usize,
    /// How many of the differences are breaking.
    pub breaking: usize,
    /// How many are words that the contract does not have.
    pub new_words: usize,
    /// How many are something else that the contract does not have.
    pub additive: usize,
    /// How many an earlier run has told of, where its report was given.
    pub known: usize,
    /// The differences, the gravest first; of each rank 200 at the most.
    pub differences: Vec<Difference>,
    /// How often others were seen.
    pub left_out: usize,
}

/// A difference, and how often it was seen.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields)]
pub struct Difference {
    /// The same in every run in which this difference is seen.
    pub fingerprint: String,
    /// How grave it is.
    pub rank: Rank,
    /// In what it differs.
    pub kind: DriftKind,
    /// Who differs.
    pub side: Side,
    /// The operation.
    pub operation: &'static str,
    /// The status of the answer; `null` for a request.
    pub status: Option<u16>,
    /// Where: a JSON path, `header <name>` or `status`; `*` stands for any item, id or key.
    pub at: Clean,
    /// The type, format, bound or word; empty where the kind says it all.
    pub word: Clean,
    /// Of what types a field is that the contract does not have.
    pub types: Vec<&'static str>,
    /// How well is founded what the contract says; `null` where it says nothing.
    pub evidence: Option<Evidence>,
    /// Where it was seen first.
    pub first: Clean,
    /// In how many requests or answers.
    pub count: usize,
    /// Whether an earlier run has told of it.
    pub known: bool,
}

impl Drift {
    /// In one line.
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
    /// Its rank in words.
    pub(crate) fn rank(&self) -> String {
        self.rank.to_string().replace('_', " ")
    }

    /// What it is about: an operation, and the status of its answer.
    pub(crate) fn about(&self) -> String {
        match self.status {
            Some(status) => format!("{} {status}", self.operation),
            None => format!("{} request", self.operation),
        }
    }

    /// In words, after the place.
    pub(crate) fn sentence(&self) -> String {
        let word = &self.word;
        let sentence = match self.kind {
            DriftKind::Missing => "is missing".to_owned(),
            DriftKind::Type => format!("is {word}, which was not promised"),
            DriftKind::Format => format!("is no {word}"),
            DriftKind::Bounds => format!("is not within its bounds: {word}"),
            DriftKind::Status if word.is_empty() => "is none of the contract".to_owned(),
            DriftKind::Status => format!("is {word}, which comes with another status"),
            DriftKind::MediaType => format!("is {word}"),
            DriftKind::Word => format!("has the word {word}"),
            DriftKind::Field => format!("is a field more: {}", self.types.join(", ")),
            DriftKind::OtherSuccess => "is a success of another kind".to_owned(),
        };
        match self.evidence {
            Some(Evidence::Assumed) => sentence + " (assumed)",
            Some(Evidence::Documented | Evidence::Guide) | None => sentence,
        }
    }
}
