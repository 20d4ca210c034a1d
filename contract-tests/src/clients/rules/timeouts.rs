//! Requests without a response.

use std::time::Duration;

use super::{Judgement, Trials, millis};
use crate::clients::{
    process::Termination,
    process_monitor::ConnectAttempt,
    scenarios::ENDLESS_BODY,
    trace::{Connection, Exchange, Outcome},
    trial_record::TrialRecord,
};

/// The scenario with a response that continues without end.
const DRIP: &str = "slow-drip";
/// Maximum number of connections left open.
const MAX_OPEN: usize = 10;
/// The longest time to connect for a program with its own connect timeout.
const BY_ITSELF: Duration = Duration::from_secs(100);

/// The requests without a complete response, on connections that the server did not end first.
fn unanswered(trial: &TrialRecord) -> impl Iterator<Item = (&Exchange, &Connection)> {
    let exchanges = trial.trace.api().filter(|exchange| is_open(exchange));
    let on = exchanges.map(|exchange| (exchange, trial.trace.connection_of(exchange)));
    on.filter(|(_, connection)| !connection.is_ended_by_server())
}

fn is_open(exchange: &Exchange) -> bool {
    match &exchange.outcome {
        Outcome::Response(answer) => !answer.message.whole,
        Outcome::None => true,
        Outcome::Garbage => false,
    }
}

pub(super) fn gives_up(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if [DRIP, ENDLESS_BODY].contains(&trial.scenario.name) {
        return Judgement::NotExercised;
    }
    waits_for_ever(trial, trials)
}

pub(super) fn bounds_the_whole(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if trial.scenario.name != DRIP {
        return Judgement::NotExercised;
    }
    waits_for_ever(trial, trials)
}

/// Whether a program that was still waiting when its time was up had waited for most of it. One with a timeout may have
/// begun to wait late.
fn is_long(waited: Duration, trials: Trials<'_>) -> bool {
    waited * 4 >= trials.limits.trial * 3
}

fn waits_for_ever(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let mut waiting = unanswered(trial).peekable();
    if waiting.peek().is_none() {
        return Judgement::NotExercised;
    }
    let Some((exchange, _)) = waiting.find(|(_, connection)| still_open(trial, connection)) else {
        return Judgement::Pass;
    };
    let waited = trial.took.saturating_sub(exchange.at());
    match trial.out_of_time {
        // Programs may exit without closing anything; the system does it for them.
        false => Judgement::Pass,
        true if is_long(waited, trials) => {
            Judgement::Violation(format!("it was still waiting after {}", millis(waited)))
        }
        true => Judgement::Inconclusive(format!(
            "the trial ended after it had waited for {}; a higher --limit would show whether it gives up",
            millis(waited)
        )),
    }
}

/// Whether a program was waiting for a response or for a connection when its trial ended.
pub(super) fn is_waiting(trial: &TrialRecord) -> bool {
    let output = trial.output.as_ref();
    let mut attempts = output
        .into_iter()
        .flat_map(|output| &output.observations.attempts);
    attempts.any(|attempt| attempt.open)
        || unanswered(trial).any(|(_, connection)| still_open(trial, connection))
}

/// Whether the client had not closed it when the trial ended.
fn still_open(trial: &TrialRecord, connection: &Connection) -> bool {
    connection.client_end.is_none_or(|(at, _)| at >= trial.took)
}

/// A request that is repeated was given up; by then its connection should be closed.
pub(super) fn closes(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let given_up = unanswered(trial).filter_map(|(exchange, connection)| {
        let elsewhere = |other: &&Exchange| other.connection != exchange.connection;
        let mut later = trial.trace.api().filter(|other| other.at() > exchange.at());
        let again = later.find(|other| elsewhere(other) && other.repeats(exchange))?;
        Some((connection, again.at()))
    });
    let given_up: Vec<_> = given_up.collect();
    if given_up.is_empty() {
        return Judgement::NotExercised;
    }
    let open = given_up.iter().filter(|(connection, again)| {
        let closed = connection.client_end.map(|(at, _)| at);
        closed.is_none_or(|closed| closed > *again)
    });
    let open = open.count();
    (open > MAX_OPEN)
        .then(|| {
            format!("connections that were still open when their requests were retried: {open}")
        })
        .into()
}

pub(super) fn gives_connecting_up(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let attempts = trial
        .output
        .as_ref()
        .map(|output| &*output.observations.attempts);
    let attempts = attempts.unwrap_or_default();
    let Some(longest) = attempts.iter().map(ConnectAttempt::took).max() else {
        return Judgement::NotExercised;
    };
    if longest >= BY_ITSELF {
        return Judgement::Violation(format!("it tried to connect for {}", millis(longest)));
    }
    let open = attempts.iter().find(|attempt| attempt.open);
    let Some(open) = open.filter(|_| trial.out_of_time) else {
        return Judgement::Pass;
    };
    let waited = trial.took.saturating_sub(open.begun);
    if is_long(waited, trials) {
        return Judgement::Violation(format!("it was still connecting after {}", millis(waited)));
    }
    // A program that gave up other attempts will give up this one, too.
    if attempts.iter().any(|attempt| !attempt.open) {
        return Judgement::Pass;
    }
    Judgement::Inconclusive(format!(
        "the trial ended after it had tried to connect for {}; a higher --limit would show whether it gives up",
        millis(waited)
    ))
}

pub(super) fn bounds_memory(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let memory = |trial: &TrialRecord| trial.output.as_ref()?.observations.memory;
    let (Some(output), Some(memory), Some(baseline)) = (
        trial
            .output
            .as_ref()
            .filter(|_| trial.scenario.name == ENDLESS_BODY),
        memory(trial),
        trials.control().and_then(memory),
    ) else {
        return Judgement::NotExercised;
    };
    if output.termination == Termination::MemoryLimit {
        let mib = memory.saturating_sub(baseline) >> 20;
        return Judgement::Violation(format!(
            "it used {mib} MiB more than in the control scenario"
        ));
    }
    let is_sent = |connection: &Connection| connection.sent > trials.max_memory;
    let left = |(_, connection): (&Exchange, &Connection)| connection.client_end.is_some();
    if trial.trace.connections.iter().any(is_sent) || unanswered(trial).any(left) {
        Judgement::Pass
    } else {
        Judgement::NotExercised
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::super::{
            example::{get, judged, trial},
            scenarios,
        },
        *,
    };

    /// A program that was stopped after 30 s, while it was waiting for a response since this time.
    fn waiting_since(at_ms: u64) -> Judgement {
        let mut exchange = get(at_ms, "/orders", 200, None);
        exchange.outcome = Outcome::None;
        let mut trial = trial(vec![exchange]);
        trial.scenario = scenarios::find(DRIP).unwrap();
        trial.took = Duration::from_secs(30);
        trial.out_of_time = true;
        judged(bounds_the_whole, &trial)
    }

    #[test]
    fn program_that_began_to_wait_late_may_have_a_timeout() {
        let early = waiting_since(1_000);
        assert!(matches!(early, Judgement::Violation(_)), "{early:?}");
        let late = waiting_since(9_000);
        assert!(matches!(late, Judgement::Inconclusive(_)), "{late:?}");
    }
}
