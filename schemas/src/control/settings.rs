//! The settings of a sandbox that affect its responses, as the control API returns them to clients.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::{Profile, Tier, assumptions::RateDialect};

/// The settings that show in responses, each under its name in the configuration file. The default is that of a server
/// without flags.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, and any go together"
)]
pub struct SandboxSettings {
    /// Whether 401 and 403 carry `WWW-Authenticate`.
    pub challenges: bool,
    /// Whether a limit out of range counts as the nearest that is allowed.
    pub clamp_limits: bool,
    /// Companies there are to find.
    pub companies: usize,
    /// Whether what is only assumed is left out.
    pub documented_only: bool,
    /// Whether `HEAD` is answered as `GET` is; otherwise it is 405.
    pub head: bool,
    /// Whether query parameters that no document knows are ignored.
    pub ignore_unknown_parameters: bool,
    /// What the authorization server calls itself; by default the origin by which it is called.
    pub issuer: Option<String>,
    /// Organizations kept; beyond, the longest idle one makes room.
    pub max_organizations: usize,
    /// How long an order takes, such as `10s`.
    pub order_duration: String,
    /// Which rate-limit headers are sent.
    pub rate_headers: RateDialect,
    /// What all made-up data depends on.
    pub seed: u64,
    /// The policies of each tier, such as `10/1s,1000/1h`.
    #[schemars(with = "BTreeMap<String, String>")]
    pub tiers: BTreeMap<Tier, String>,
    /// Whether a path with a slash at its end is the same path; otherwise it is 404.
    pub trailing_slash: bool,
    /// The status of a validation error.
    pub validation_status: u16,
}

impl SandboxSettings {
    /// How much of the contract is served.
    pub fn profile(&self) -> Profile {
        Profile::of(self.documented_only)
    }
}

impl Default for SandboxSettings {
    fn default() -> Self {
        let hourly = |tier: &Tier| (*tier, format!("{}/1h", tier.requests_per_hour()));
        Self {
            challenges: true,
            clamp_limits: false,
            companies: 300,
            documented_only: false,
            head: true,
            ignore_unknown_parameters: false,
            issuer: None,
            max_organizations: 1_000,
            order_duration: "10s".to_owned(),
            rate_headers: RateDialect::XRateLimit,
            seed: 0,
            tiers: Tier::VARIANTS.iter().map(hourly).collect(),
            trailing_slash: true,
            validation_status: 422,
        }
    }
}
