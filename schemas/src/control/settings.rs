//! The settings of a sandbox that affect its responses, as the control API returns them to clients.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::{Profile, Tier, assumptions::RateDialect};

/// The settings that affect responses, each under its name in the configuration file. The defaults are those of a server
/// without flags.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, and any go together"
)]
pub struct SandboxSettings {
    /// Whether 401 and 403 carry `WWW-Authenticate`.
    pub challenges: bool,
    /// Whether a limit out of range is replaced by the nearest one allowed.
    pub clamp_limits: bool,
    /// Number of generated companies.
    pub companies: usize,
    /// Whether only what is documented is served, and nothing that is only assumed.
    pub documented_only: bool,
    /// Whether `HEAD` is served like `GET`; otherwise it returns 405.
    pub head: bool,
    /// Whether undocumented query parameters are ignored.
    pub ignore_unknown_parameters: bool,
    /// The issuer that the authorization server names; by default the origin of the request.
    pub issuer: Option<String>,
    /// Maximum number of organizations; beyond it, the one idle longest is removed.
    pub max_organizations: usize,
    /// Time until an order is completed, such as `10s`.
    pub order_duration: String,
    /// Which rate-limit headers are sent.
    pub rate_headers: RateDialect,
    /// Seed of all generated data.
    pub seed: u64,
    /// The rate limits of each tier, such as `10/1s,1000/1h`.
    #[schemars(with = "BTreeMap<String, String>")]
    pub tiers: BTreeMap<Tier, String>,
    /// Whether a slash at the end of a path is ignored; otherwise the path returns 404.
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
