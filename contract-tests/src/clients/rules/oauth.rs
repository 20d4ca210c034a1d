//! How a program signs in by OAuth, and continues when its access token stops being valid.

#[cfg(test)]
mod example;
pub(super) mod refresh;
pub(super) mod sign_in;
#[cfg(test)]
mod tests;
pub(super) mod tokens;

use super::{Judgement, Trials, diagnostics::same_end};

/// The scenarios in which the session has ended, and in which the authorization server is unavailable.
const ENDED: &str = "refresh-revoked";
const DOWN: &str = "authorization-server-down";

pub(super) fn ended_and_down_differ(trials: Trials<'_>) -> Judgement {
    let Some((ended, down)) = trials.pair(ENDED, DOWN) else {
        return Judgement::NotExercised;
    };
    let was_refused = refresh::Refreshes::new(ended).refused().is_some();
    let has_failed = refresh::Refreshes::new(down).has_failed();
    let (Some(ended), Some(down), true) = (&ended.output, &down.output, was_refused && has_failed)
    else {
        return Judgement::NotExercised;
    };
    same_end(ended, down)
        .then(|| "exit status and output are the same for both".to_owned())
        .into()
}
