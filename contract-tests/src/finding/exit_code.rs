//! Exit codes, which are part of the interface: CI decides by them.

use std::process;

use schemars::JsonSchema;
use serde::Serialize;
use strum::Display;

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum ExitCode {
    /// At least one check passed, and none stands in the way.
    Passed = 0,
    /// The contract is violated.
    Violated = 1,
    /// A flag or a variable is wrong.
    Usage = 2,
    /// No check could run.
    NothingRan = 3,
    /// The target does not answer.
    Unreachable = 4,
    /// Only inconclusive results stand in the way.
    Inconclusive = 5,
    /// The contract itself is not valid.
    InvalidContract = 6,
    /// A defect of the judge.
    Internal = 70,
    /// Stopped by a signal; the report holds what there was.
    Interrupted = 130,
}

impl ExitCode {
    /// How a run ended, in a word.
    pub fn verdict(self) -> RunVerdict {
        match self {
            Self::Passed => RunVerdict::Pass,
            Self::Violated => RunVerdict::Fail,
            Self::NothingRan => RunVerdict::NothingRan,
            Self::Interrupted => RunVerdict::Interrupted,
            Self::Usage
            | Self::Unreachable
            | Self::Inconclusive
            | Self::InvalidContract
            | Self::Internal => RunVerdict::Inconclusive,
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

/// A run in one word.
#[derive(Clone, Copy, Debug, Display, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RunVerdict {
    /// At least one check passed, and none stands in the way.
    Pass,
    /// The contract is violated, or a problem fails the run.
    Fail,
    /// Something could not be found out.
    Inconclusive,
    /// No check could run.
    NothingRan,
    /// It was stopped before its end.
    Interrupted,
}
