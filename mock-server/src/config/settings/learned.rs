//! Settings from what was learned about a server.

use schemas::assumptions::Assumptions;

use super::Settings;

/// The settings that each learned assumption sets.
impl From<Assumptions> for Settings {
    fn from(learned: Assumptions) -> Self {
        let Assumptions {
            challenges,
            clamp_limits,
            head,
            ignore_unknown_parameters,
            rate_headers,
            trailing_slash,
            validation_status,
        } = learned;
        Self {
            challenges: challenges.map(|learned| learned.value),
            clamp_limits: clamp_limits.map(|learned| learned.value),
            head: head.map(|learned| learned.value),
            ignore_unknown_parameters: ignore_unknown_parameters.map(|learned| learned.value),
            rate_headers: rate_headers.map(|learned| learned.value.into()),
            trailing_slash: trailing_slash.map(|learned| learned.value),
            validation_status: validation_status.map(|learned| learned.value),
            ..Self::default()
        }
    }
}
