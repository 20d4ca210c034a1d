//! Exit codes, which are part of the interface: CI depends on them.

use std::process;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, FromRepr};

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, FromRepr, PartialEq)]
#[repr(u8)]
pub enum ExitCode {
    /// At least one check passed, and none failed.
    Passed = 0,
    /// The contract is violated.
    Violated = 1,
    /// A flag or a variable is invalid.
    Usage = 2,
    /// No check could run.
    NothingRan = 3,
    /// The target does not respond.
    Unreachable = 4,
    /// No check failed, but some are inconclusive.
    Inconclusive = 5,
    /// The contract itself is invalid.
    InvalidContract = 6,
    /// A bug in the judge.
    Internal = 70,
    /// Stopped by a signal; the report has the results so far.
    Interrupted = 130,
}

impl ExitCode {
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
#[derive(Clone, Copy, Debug, Display, Eq, JsonSchema, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RunVerdict {
    /// At least one check passed, and none failed.
    Pass,
    /// A check failed, or a problem fails the run.
    Fail,
    /// No check failed, but some are inconclusive.
    Inconclusive,
    /// No check could run.
    NothingRan,
    /// The run was interrupted.
    Interrupted,
}
