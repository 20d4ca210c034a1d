//! Which responses a client treats as a success.

use super::{Judgement, Trials, cycles::Cycles, failure::how_it_failed, retries::attempts};
use crate::clients::{
    crash::Crash,
    process::Termination,
    trace::{Exchange, Outcome},
    trial_record::TrialRecord,
};

/// Whether a program exited successfully; `None` if that is unknown.
pub(super) fn succeeded(trial: &TrialRecord) -> Option<bool> {
    match trial.output.as_ref()?.termination {
        Termination::Exited(status) => Some(status.success()),
        Termination::Sigterm(_) | Termination::Sigkill | Termination::MemoryLimit => None,
    }
}

/// Judges a trial in which no request could succeed. An uncaught exception is not a success; other rules decide whether it is a
/// crash.
fn no_success(trial: &TrialRecord) -> Judgement {
    if let Crash::Aborted(how) = Crash::detect(trial.output.as_ref()) {
        return Judgement::Violation(how);
    }
    match succeeded(trial) {
        Some(true) => Judgement::Violation("it exited with status 0".to_owned()),
        Some(false) => Judgement::Pass,
        None => Judgement::Inconclusive("it did not exit by itself".to_owned()),
    }
}

fn under(trial: &TrialRecord, names: &[&str]) -> bool {
    names.contains(&trial.scenario.name) && trial.trace.api().next().is_some()
}

/// A harmless change must leave the program as successful as in the control scenario.
fn as_in_control(trial: &TrialRecord, trials: Trials<'_>, names: &[&str]) -> Judgement {
    let control = trials.control();
    let (Some(control), true) = (control, under(trial, names)) else {
        return Judgement::NotExercised;
    };
    let failed = succeeded(control) == Some(true) && succeeded(trial) == Some(false);
    match Crash::detect(trial.output.as_ref()) {
        Crash::Aborted(how) | Crash::Uncaught(how) => Judgement::Violation(how),
        _ if failed => Judgement::Violation(how_it_failed(trial, "in the control scenario")),
        Crash::Unclear(reason) => Judgement::Inconclusive(reason),
        Crash::No => Judgement::Pass,
    }
}

pub(super) fn tolerates_extra_fields(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    as_in_control(trial, trials, &["extra-fields"])
}

pub(super) fn tolerates_unknown_words(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let listed = under(trial, &["unknown-enum"])
        && trial.trace.api().any(|exchange| {
            exchange.response().is_some_and(|response| {
                let mut windows = response.message.body.windows(7);
                windows.any(|text| text == b"ON_HOLD")
            })
        });
    if !listed {
        return Judgement::NotExercised;
    }
    as_in_control(trial, trials, &["unknown-enum"])
}

pub(super) fn tolerates_missing_fields(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    as_in_control(trial, trials, &["optional-missing", "optional-null"])
}

pub(super) fn decodes_what_it_asks_for(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let is_gzip = |exchange: &&Exchange| {
        let response = exchange.response().map(|response| &response.message);
        response.is_some_and(|response| response.header("content-encoding") == Some("gzip"))
    };
    let mut compressed = trial.trace.api().filter(is_gzip).peekable();
    // A client that did not ask for gzip need not understand it.
    if compressed.peek().is_some() && compressed.all(accepts_gzip) {
        as_in_control(trial, trials, &["gzip"])
    } else {
        Judgement::NotExercised
    }
}

/// Whether a request accepts gzip.
fn accepts_gzip(exchange: &Exchange) -> bool {
    let values = exchange.request.message.headers_named("accept-encoding");
    let mut codings = values
        .filter_map(|value| str::from_utf8(value).ok())
        .flat_map(|value| value.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_none = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|weight| weight.parse().is_ok_and(|weight: f64| weight <= 0.0));
        let name = name.trim();
        !is_none
            && ["gzip", "x-gzip", "*"]
                .iter()
                .any(|one| name.eq_ignore_ascii_case(one))
    })
}

/// An unknown 4xx is not temporary either: like a 400, it is not repeated.
pub(super) fn unknown_status_is_no_success(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    if !under(trial, &["teapot"]) {
        return Judgement::NotExercised;
    }
    let cycles = Cycles::of(trial, trials);
    let requests = attempts(trial);
    let repeated = requests.iter().find(|attempts| {
        let mut each = cycles.split(attempts).into_iter();
        each.any(|cycle| cycle.len() > cycles.count(cycle[0]))
    });
    match repeated.map(|attempts| (attempts[0], attempts.len())) {
        Some((first, times)) => Judgement::Violation(format!(
            "{} {} was sent {times} times, as if its {} were temporary",
            first.request.method,
            first.path(),
            first.status().unwrap_or_default()
        )),
        None => no_success(trial),
    }
}

pub(super) fn cut_is_no_success(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    match trial.scenario.name {
        "truncated" if under(trial, &["truncated"]) => no_success(trial),
        "cut-body" => {
            let cut = |exchange: &&Exchange| match &exchange.outcome {
                Outcome::Response(answer) => !answer.message.whole,
                Outcome::Garbage | Outcome::None => false,
            };
            let Some(exchange) = trial.trace.api().find(cut) else {
                return Judgement::NotExercised;
            };
            let again = trial.trace.api().any(|other| {
                other.at() > exchange.at() && other.repeats(exchange) && other.status() == Some(200)
            });
            if again {
                Judgement::Pass
            } else {
                no_success(trial)
            }
        }
        _ => Judgement::NotExercised,
    }
}

/// Exercised by a body that is not JSON of the contract: for crashes, any; otherwise an empty body, a page of HTML or an error
/// with a success status, and whatever is not JSON with another status.
pub(super) fn odd_bodies_are_errors(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut odd = trial
        .trace
        .api()
        .filter(|exchange| is_odd(exchange))
        .peekable();
    if odd.peek().is_none() && !trial.trace.api().any(is_malformed_json) {
        return Judgement::NotExercised;
    }
    match Crash::detect(trial.output.as_ref()) {
        Crash::Aborted(how) | Crash::Uncaught(how) => Judgement::Violation(how),
        Crash::Unclear(reason) => Judgement::Inconclusive(reason),
        Crash::No if odd.all(|exchange| is_recovered(trial, exchange)) => Judgement::Pass,
        Crash::No => no_success(trial),
    }
}

/// Whether a response is complete and should have a JSON body, but does not.
fn is_malformed_json(exchange: &Exchange) -> bool {
    let Some(response) = exchange
        .response()
        .filter(|response| response.message.whole)
    else {
        return false;
    };
    let bodiless = exchange.request.method == "HEAD" || matches!(response.status, 204 | 300..400);
    let message = &response.message;
    // A long body is not recorded completely.
    let length = message.header("content-length");
    let length = length.and_then(|length| length.parse().ok());
    let is_kept = length.is_none_or(|length: usize| length == message.body.len());
    !bodiless && is_kept && message.header("content-encoding").is_none() && message.json().is_none()
}

/// Whether a response has such a body, or an error with a success status, so that it cannot be the requested result.
fn is_odd(exchange: &Exchange) -> bool {
    let (Some(status), Some(response)) = (exchange.status(), exchange.response()) else {
        return false;
    };
    let body = response.message.body.trim_ascii();
    match status {
        200..300 if is_malformed_json(exchange) => {
            let is_empty = body.is_empty() && exchange.request.method != "DELETE";
            is_empty || body.starts_with(b"<")
        }
        200..300 => {
            let json = response.message.json();
            json.is_some_and(|json| json["code"].is_string() && json["message"].is_string())
        }
        400.. => is_malformed_json(exchange),
        _ => false,
    }
}

/// Whether a later request made up for a failed one. A permanent error cannot be made up for; if the request may have been
/// executed, reading the result is enough.
fn is_recovered(trial: &TrialRecord, exchange: &Exchange) -> bool {
    let is_final = exchange
        .status()
        .is_some_and(|status| (400..500).contains(&status));
    let mut later = trial.trace.api().filter(|other| other.at() > exchange.at());
    is_final
        || later.any(|other| {
            let looks = exchange.request.method != "GET" && other.request.method == "GET";
            let succeeds = other.status().is_some_and(|status| status < 300);
            (other.repeats(exchange) || looks) && succeeds && !is_odd(other)
        })
}

/// Exercised if every request got an error that is neither about the key nor about the rate limit.
pub(super) fn status_decides(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut exchanges = trial.trace.api().peekable();
    let is_error = |exchange: &Exchange| {
        let status = exchange.status();
        status.is_some_and(|status| status >= 400 && !matches!(status, 401 | 403 | 418 | 429))
    };
    if trial.scenario.yaml.is_none() || exchanges.peek().is_none() || !exchanges.all(is_error) {
        return Judgement::NotExercised;
    }
    no_success(trial)
}
