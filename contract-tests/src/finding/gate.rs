//! What fails a run besides findings: an outdated baseline, too few responses seen, too many findings.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::Serialize;
use strum::Display;

/// Something that fails a run though it is no finding on the server.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Problem")]
pub struct RunFailure {
    /// What kind it is of.
    pub kind: RunFailureKind,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Kinds of what fails a run though it is no finding.
#[derive(Clone, Copy, Debug, Display, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schemars(rename = "ProblemKind")]
pub enum RunFailureKind {
    /// A failure is in the baseline, and is none any more.
    BaselineStale,
    /// A failure was to be known until a day that is over.
    BaselineExpired,
    /// Fewer answers of the contract were seen than were to be.
    TooFewSeen,
    /// More is wrong than is told.
    TooManyFindings,
    /// A client made no request, though all went well: nothing of it can be judged.
    SentNothing,
    /// A client failed though all went well: nothing that it kept is a merit.
    ControlFailed,
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

    pub(crate) fn expired(message: String) -> Self {
        let kind = RunFailureKind::BaselineExpired;
        Self { kind, message }
    }
}

/// How many answers that could be provoked were seen.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[schemars(deny_unknown_fields, rename = "Seen")]
pub struct SeenCount {
    /// That were seen.
    pub seen: usize,
    /// That the judge could provoke, on this target, with all keys and permissions; of a client, all rules.
    pub of: usize,
}

/// A part of a whole, in per cent: `100%`, `92.5%`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share(f64);

impl Share {
    fn is_reached(self, part: usize, whole: usize) -> bool {
        #[expect(
            clippy::cast_precision_loss,
            reason = "there are some hundreds of answers"
        )]
        let (part, whole) = (part as f64, whole as f64);
        part * 100.0 >= whole * self.0
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
    fn a_share_is_a_part_of_a_whole() {
        let share: Share = "92.5%".parse().unwrap();
        assert!(share.is_reached(37, 40) && !share.is_reached(36, 40));
        assert!("100%".parse::<Share>().unwrap().is_reached(0, 0));
        assert_eq!(share.to_string(), "92.5%");
        for wrong in ["", "50", "101%", "-1%", "NaN%", "x%"] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }
}
