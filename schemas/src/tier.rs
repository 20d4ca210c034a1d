//! The rate-limit tiers a key can have.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumMessage, EnumString, IntoStaticStr, VariantArray};

/// A rate-limit tier. The vendor documents that a key has one; names and figures come from an older generation of the
/// documentation, so they are assumed here.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Display,
    EnumMessage,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Tier {
    /// 100 requests an hour.
    Free,
    /// 1,000 requests an hour.
    Pro,
    /// Custom at the vendor; 10,000 requests an hour here.
    #[default]
    Enterprise,
}

impl Tier {
    /// Requests an hour, unless configured otherwise.
    pub const fn requests_per_hour(self) -> u32 {
        match self {
            Self::Free => 100,
            Self::Pro => 1_000,
            Self::Enterprise => 10_000,
        }
    }
}
