//! Programs that fall silent: they send nothing, wait for nothing that a response asked for, and do not end either, as with a lock
//! that nobody releases after a failure.

use std::time::Duration;

use super::{
    Judgement, Trials, millis,
    rate_limit_responses::until_reset,
    retry_after::{seconds, until_date},
    stopped::LONGEST_WAIT,
    timeouts,
};
use crate::clients::{
    process::Termination, scenarios::CONTROL, trace::Exchange, trial_record::TrialRecord,
};

/// A silence that is no wait: libraries wait up to two minutes by themselves.
const NO_WAIT: Duration = Duration::from_secs(150);

/// Judges a program that was stopped in a silence, although it exits by itself where nothing fails.
pub(super) fn is_over(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if !is_stopped_unlike_control(trial, trials) {
        return Judgement::NotExercised;
    }
    let quiet = trials.limits.quiet;
    // After a wait that was asked for, a program may add some time of its own.
    let least = if trial.out_of_time { quiet } else { quiet / 2 };
    let Some(silence) = silence(trial).filter(|silence| *silence >= least) else {
        return Judgement::NotExercised;
    };
    let seen = format!(
        "it sent nothing for {}, and waited for no response and for no time that a response named",
        millis(silence)
    );
    if silence >= NO_WAIT {
        Judgement::Violation(format!("{seen}, but did not end"))
    } else {
        Judgement::Inconclusive(format!(
            "{seen}, until it was stopped; a higher --idle would show whether it goes on or ends"
        ))
    }
}

/// Whether a program was stopped that exits by itself where nothing fails.
pub(super) fn is_stopped_unlike_control(trial: &TrialRecord, trials: Trials<'_>) -> bool {
    let ended = |trial: &TrialRecord| trial.output.as_ref().map(|output| output.termination);
    let is_stopped = matches!(
        ended(trial),
        Some(Termination::Sigterm(_) | Termination::Sigkill)
    );
    let control = trials.control().and_then(ended);
    let ends_by_itself = matches!(control, Some(Termination::Exited(_)));
    trial.scenario.name != CONTROL && is_stopped && ends_by_itself
}

/// How long a program had nothing to wait for when its trial ended; `None` if it waited for something.
fn silence(trial: &TrialRecord) -> Option<Duration> {
    if timeouts::is_waiting(trial) {
        return None;
    }
    trial.trace.api().next()?;
    let all = trial.trace.exchanges.iter();
    let until = all.map(|exchange| {
        let ended_at = trial.trace.ended_at(exchange).unwrap_or(exchange.at());
        ended_at + wait_after(exchange)
    });
    trial.took.checked_sub(until.max()?)
}

/// The wait that a response asks for. A 429 that does not say how long asks for a minute, as the vendor's guide says.
fn wait_after(exchange: &Exchange) -> Duration {
    let asked = seconds(exchange).map(Duration::from_secs);
    let asked = asked
        .or_else(|| until_date(exchange))
        .or_else(|| until_reset(exchange));
    let by_guide = || (exchange.status() == Some(429)).then_some(LONGEST_WAIT);
    asked.or_else(by_guide).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{
        example::{exited, get, trial, trials},
        process::Output,
        scenarios,
        trace::Outcome,
    };

    const STOPPED: Termination = Termination::Sigterm(Duration::ZERO);

    /// The judgement of a program that sent this and was stopped at this time; `by_itself`: whether it ends where nothing fails.
    fn stopped_at(seconds: u64, exchange: Exchange, by_itself: bool) -> Judgement {
        let stopped = || Output::without_streams(STOPPED);
        let control = TrialRecord {
            output: Some(if by_itself { exited(0) } else { stopped() }),
            ..trial(vec![get(0, "/a", 200, None)])
        };
        let trial = TrialRecord {
            scenario: scenarios::find("rate-limit-once").unwrap(),
            output: Some(stopped()),
            took: Duration::from_secs(seconds),
            ..trial(vec![exchange])
        };
        is_over(&trial, trials(&[control]))
    }

    #[test]
    fn silence_without_a_cause_is_undecided_until_no_library_waits_so_long() {
        let once = |seconds| stopped_at(seconds, get(0, "/a", 429, Some("1")), true);
        assert_eq!(
            once(13),
            Judgement::Inconclusive(
                "it sent nothing for 12000 ms, and waited for no response and for no time that a response named, until it was \
                 stopped; a higher --idle would show whether it goes on or ends"
                    .to_owned()
            )
        );
        assert!(matches!(once(160), Judgement::Violation(_)));
        // Growing waits, and some time after a wait that was asked for.
        assert_eq!(once(5), Judgement::NotExercised);
    }

    #[test]
    fn program_may_wait_for_something_or_run_forever() {
        let fine = get(0, "/a", 500, None);
        let silent = stopped_at(13, fine.clone(), true);
        assert!(matches!(silent, Judgement::Inconclusive(_)), "{silent:?}");
        assert_eq!(stopped_at(13, fine, false), Judgement::NotExercised);
        for waiting in [
            get(0, "/a", 429, Some("30")),
            get(0, "/a", 429, None),
            get(0, "/a", 429, Some("soon")),
            Exchange {
                outcome: Outcome::None,
                ..get(0, "/a", 200, None)
            },
        ] {
            let verdict = stopped_at(13, waiting.clone(), true);
            assert_eq!(verdict, Judgement::NotExercised, "{waiting:?}");
        }
    }
}
