//! Verdicts.

use schemars::JsonSchema;
use schemas::Evidence;
use serde::{Deserialize, Serialize};
use strum::{Display, VariantArray};

/// What the report says of a check.
#[derive(
    Clone, Copy, Debug, Display, Eq, JsonSchema, PartialEq, Serialize, Deserialize, VariantArray,
)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum Verdict {
    /// The rule holds.
    Pass,
    /// A documented rule does not hold; on a sandbox that also serves what is assumed, any rule.
    Fail,
    /// A rule does not hold, and the baseline lists this as known.
    Known,
    /// A documented rule does not hold, but another of the vendor's pages allows this; for a client, a rule of level
    /// SHOULD does not hold.
    Warn,
    /// An assumed rule does not hold on a server that does not promise it.
    Info,
    /// Not checked; `reason` says why.
    Skip,
    /// No result in this run; `reason` says why.
    Inconclusive,
}

impl Verdict {
    /// The verdict on a violation. `accepted`: another of the vendor's pages allows it; `promises_all`: violations of assumed
    /// rules fail, too.
    pub(crate) fn for_violation(evidence: Evidence, accepted: bool, promises_all: bool) -> Self {
        match evidence {
            _ if promises_all => Self::Fail,
            _ if accepted => Self::Warn,
            Evidence::Documented | Evidence::Guide => Self::Fail,
            Evidence::Assumed => Self::Info,
        }
    }

    /// The order of verdicts in reports: the smallest comes first.
    pub(crate) fn weight(self) -> u8 {
        match self {
            Self::Fail => 0,
            Self::Known => 1,
            Self::Warn => 2,
            Self::Inconclusive => 3,
            Self::Info => 4,
            Self::Pass => 5,
            Self::Skip => 6,
        }
    }
}
