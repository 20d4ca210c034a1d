//! Trials in which a program sent nothing, although it did in the control scenario: none of their rules was exercised, so what
//! passes elsewhere says nothing about them.

use super::{
    CONTROL,
    control_failure::{nothing_to_judge, unreadable},
    process::Termination,
    scenarios::CONNECT_HANGS,
    trial_record::TrialRecord,
};
use crate::finding::{RunFailure, redaction::Secrets};

/// What these trials leave unjudged, if a program sent nothing in some of them.
pub(super) fn problem(trials: &[TrialRecord], secrets: &Secrets) -> Option<RunFailure> {
    let silent = trials.iter().filter(|trial| is_silent(trial));
    let silent: Vec<_> = silent
        .map(|trial| format!("{} ({})", trial.scenario.name, reason(trial)))
        .collect();
    (!silent.is_empty()).then(|| {
        let message = format!(
            "it sent no request that can be judged under {}; does it keep something from one run to the next?",
            silent.join(", ")
        );
        RunFailure::silent_trials(secrets.redact(&message).to_string())
    })
}

fn is_silent(trial: &TrialRecord) -> bool {
    // Where no connection is established, no request can be sent.
    ![CONTROL, CONNECT_HANGS].contains(&trial.scenario.name) && nothing_to_judge(trial)
}

/// Why there is nothing to judge, or how the program ended.
fn reason(trial: &TrialRecord) -> String {
    if let Some(reason) = unreadable(trial) {
        return reason.to_owned();
    }
    match trial.output.as_ref().map(|output| output.termination) {
        Some(Termination::Exited(status)) => status.to_string(),
        Some(Termination::MemoryLimit) => "it used too much memory and was stopped".to_owned(),
        Some(Termination::Sigterm(_) | Termination::Sigkill) | None => {
            "it did not exit and was stopped".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            example::{exited, get, trial},
            scenarios,
            trace::Exchange,
        },
        *,
    };

    fn under(name: &str, exchanges: Vec<Exchange>) -> TrialRecord {
        TrialRecord {
            scenario: scenarios::find(name).unwrap(),
            output: Some(exited(1)),
            ..trial(exchanges)
        }
    }

    fn said(trials: &[TrialRecord]) -> Option<String> {
        problem(trials, &Secrets::default()).map(|problem| problem.message)
    }

    #[test]
    fn names_each_trial_without_a_request_and_how_its_program_ended() {
        let request = || vec![get(0, "/api/v1/orders", 401, None)];
        let control = || under(CONTROL, request());
        let judged = [
            control(),
            under("missing-scope", Vec::new()),
            under("reset", request()),
            under("extra-fields", Vec::new()),
        ];
        assert_eq!(
            said(&judged).as_deref(),
            Some(
                "it sent no request that can be judged under missing-scope (exit status: 1), extra-fields (exit status: 1); \
                 does it keep something from one run to the next?"
            )
        );
        assert_eq!(said(&[control(), under("reset", request())]), None);
    }

    #[test]
    fn no_request_can_be_sent_where_no_connection_is_established() {
        let control = under(CONTROL, vec![get(0, "/api/v1/orders", 200, None)]);
        assert_eq!(said(&[control, under(CONNECT_HANGS, Vec::new())]), None);
    }
}
