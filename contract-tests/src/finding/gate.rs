//! What fails a run besides findings: an outdated baseline, too few responses seen, too many findings.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::Display;

use super::count;

/// Something that fails a run besides findings.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[schemars(deny_unknown_fields, rename = "Problem")]
pub struct RunFailure {
    pub kind: RunFailureKind,
    /// What is wrong, and how to fix it.
    pub message: String,
}

/// What fails a run besides findings.
#[derive(Clone, Copy, Debug, Display, Eq, JsonSchema, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schemars(rename = "ProblemKind")]
pub enum RunFailureKind {
    /// An entry of the baseline no longer fails.
    BaselineStale,
    /// An entry of the baseline has expired.
    BaselineExpired,
    /// Fewer responses of the contract were seen than required.
    TooFewSeen,
    /// There are more findings than the report lists.
    TooManyFindings,
    /// The target stopped accepting connections, so that some checks have no result.
    TargetGone,
    /// A client sent no request although nothing failed: it cannot be judged.
    SentNothing,
    /// A client supports none of the scenarios: it was judged only where nothing goes wrong.
    NothingSupported,
    /// A client failed although nothing went wrong: a pass would prove nothing.
    ControlFailed,
    /// A client sent no request in some scenarios: it was not judged there.
    SilentTrials,
}

impl RunFailureKind {
    /// The page of the book that helps.
    pub(crate) fn page(self) -> Option<&'static docs::Page> {
        match self {
            Self::BaselineStale | Self::BaselineExpired | Self::TooFewSeen => {
                Some(const { docs::page("reports") })
            }
            Self::SentNothing
            | Self::NothingSupported
            | Self::ControlFailed
            | Self::SilentTrials => Some(const { docs::page("judge-a-client") }),
            Self::TooManyFindings | Self::TargetGone => None,
        }
    }
}

impl RunFailure {
    pub(crate) fn stale(message: String) -> Self {
        let kind = RunFailureKind::BaselineStale;
        Self { kind, message }
    }

    pub(crate) fn too_few(seen: SeenCount, share: Share) -> Option<Self> {
        let SeenCount { seen, of } = seen;
        let kind = RunFailureKind::TooFewSeen;
        let message = || format!("{seen} of {of} expected responses were seen, less than {share}");
        (!share.is_reached(seen, of)).then(|| Self {
            kind,
            message: message(),
        })
    }

    pub(crate) fn too_many(message: String) -> Self {
        let kind = RunFailureKind::TooManyFindings;
        Self { kind, message }
    }

    pub(crate) fn target_gone(missing: usize) -> Self {
        let kind = RunFailureKind::TargetGone;
        let missing = count(missing, "result");
        let message = format!(
            "the server stopped accepting connections during the run; {missing} could not be found out and are left out"
        );
        Self { kind, message }
    }

    pub(crate) fn nothing_supported(scenarios: usize) -> Self {
        let kind = RunFailureKind::NothingSupported;
        let scenarios = count(scenarios, "scenario");
        let message = format!(
            "the program supports none of the scenarios: of {scenarios}, it ended each with exit status 77 and without a request"
        );
        Self { kind, message }
    }

    pub(crate) fn silent_trials(message: String) -> Self {
        let kind = RunFailureKind::SilentTrials;
        Self { kind, message }
    }

    pub(crate) fn expired(message: String) -> Self {
        let kind = RunFailureKind::BaselineExpired;
        Self { kind, message }
    }
}

/// How many of the expected responses were seen.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, rename = "Seen")]
pub struct SeenCount {
    /// The number of those that were seen.
    pub seen: usize,
    /// The number of those that a run on this target can see, with all keys and permissions; for a client, all rules.
    pub of: usize,
}

/// A percentage: `100%`, `92.5%`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share(f64);

impl Share {
    fn is_reached(self, part: usize, total: usize) -> bool {
        #[expect(
            clippy::cast_precision_loss,
            reason = "there are some hundreds of responses"
        )]
        let (part, total) = (part as f64, total as f64);
        part * 100.0 >= total * self.0
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let share = text
            .strip_suffix('%')
            .and_then(|number| number.parse().ok());
        let share = share
            .filter(|share| (0.0..=100.0).contains(share))
            .map(Self);
        share.ok_or_else(|| format!("`{text}` is not a percentage up to 100%, such as 95%"))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}%", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_shares_and_compares_them() {
        let share: Share = "92.5%".parse().unwrap();
        assert!(share.is_reached(37, 40) && !share.is_reached(36, 40));
        assert!("100%".parse::<Share>().unwrap().is_reached(0, 0));
        assert_eq!(share.to_string(), "92.5%");
        for invalid in ["", "50", "101%", "-1%", "NaN%", "x%"] {
            assert!(invalid.parse::<Share>().is_err(), "{invalid}");
        }
    }
}
