//! Which responses a client treats as a success.

use super::{Judgement, Trials};
use crate::clients::{
    crash::Crash,
    process::Termination,
    trace::{Exchange, Outcome},
    trial_record::TrialRecord,
};

/// Whether a program exited successfully; `None` if that is unknown.
pub(super) fn succeeded(one: &TrialRecord) -> Option<bool> {
    match one.output.as_ref()?.termination {
        Termination::Exited(status) => Some(status.success()),
        Termination::Sigterm(_) | Termination::Sigkill | Termination::MemoryLimit => None,
    }
}

/// Judges a trial in which no request could succeed. An uncaught exception is not a success; other rules decide whether it is a
/// crash.
fn no_success(one: &TrialRecord) -> Judgement {
    if let Crash::Aborted(how) = Crash::detect(one.output.as_ref()) {
        return Judgement::Violation(how);
    }
    match succeeded(one) {
        Some(true) => Judgement::Violation("it exited with status 0".to_owned()),
        Some(false) => Judgement::Pass,
        None => Judgement::Inconclusive("it did not exit by itself".to_owned()),
    }
}

fn under(one: &TrialRecord, names: &[&str]) -> bool {
    names.contains(&one.scenario.name) && one.trace.api().next().is_some()
}

/// A harmless change must leave the program as successful as in the control scenario.
fn as_in_control(one: &TrialRecord, trials: Trials<'_>, names: &[&str]) -> Judgement {
    let control = trials.control();
    let (Some(control), true) = (control, under(one, names)) else {
        return Judgement::NotExercised;
    };
    let failed = succeeded(control) == Some(true) && succeeded(one) == Some(false);
    match Crash::detect(one.output.as_ref()) {
        Crash::Aborted(how) | Crash::Uncaught(how) => Judgement::Violation(how),
        _ if failed => {
            Judgement::Violation("it failed, but not in the control scenario".to_owned())
        }
        Crash::Unclear(reason) => Judgement::Inconclusive(reason),
        Crash::No => Judgement::Pass,
    }
}

pub(super) fn tolerates_extra_fields(one: &TrialRecord, trials: Trials<'_>) -> Judgement {
    as_in_control(one, trials, &["extra-fields"])
}

pub(super) fn tolerates_unknown_words(one: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let listed = under(one, &["unknown-enum"])
        && one.trace.api().any(|call| {
            call.response().is_some_and(|answer| {
                let mut windows = answer.message.body.windows(7);
                windows.any(|text| text == b"ON_HOLD")
            })
        });
    if !listed {
        return Judgement::NotExercised;
    }
    as_in_control(one, trials, &["unknown-enum"])
}

pub(super) fn tolerates_missing_fields(one: &TrialRecord, trials: Trials<'_>) -> Judgement {
    as_in_control(one, trials, &["optional-missing", "optional-null"])
}

pub(super) fn decodes_what_it_asks_for(one: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let is_gzip = |call: &&Exchange| {
        let answer = call.response().map(|answer| &answer.message);
        answer.is_some_and(|answer| answer.header("content-encoding") == Some("gzip"))
    };
    let mut compressed = one.trace.api().filter(is_gzip).peekable();
    // A client that did not ask for gzip need not understand it.
    if compressed.peek().is_some() && compressed.all(accepts_gzip) {
        as_in_control(one, trials, &["gzip"])
    } else {
        Judgement::NotExercised
    }
}

/// Whether a request accepts gzip.
fn accepts_gzip(call: &Exchange) -> bool {
    let values = call.request.message.headers_named("accept-encoding");
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

pub(super) fn unknown_status_is_no_success(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    if under(one, &["teapot"]) {
        no_success(one)
    } else {
        Judgement::NotExercised
    }
}

pub(super) fn cut_is_no_success(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    match one.scenario.name {
        "truncated" if under(one, &["truncated"]) => no_success(one),
        "cut-body" => {
            let cut = |call: &&Exchange| match &call.outcome {
                Outcome::Response(answer) => !answer.message.whole,
                Outcome::Garbage | Outcome::None => false,
            };
            let Some(call) = one.trace.api().find(cut) else {
                return Judgement::NotExercised;
            };
            let again = one.trace.api().any(|other| {
                other.at() > call.at() && other.repeats(call) && other.status() == Some(200)
            });
            if again {
                Judgement::Pass
            } else {
                no_success(one)
            }
        }
        _ => Judgement::NotExercised,
    }
}

/// Exercised by a body that is not JSON of the contract: for crashes, any; otherwise an empty body, a page of HTML or an error
/// with a success status, and whatever is not JSON with another status.
pub(super) fn odd_bodies_are_errors(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut odd = one.trace.api().filter(|call| is_odd(call)).peekable();
    if odd.peek().is_none() && !one.trace.api().any(is_malformed_json) {
        return Judgement::NotExercised;
    }
    match Crash::detect(one.output.as_ref()) {
        Crash::Aborted(how) | Crash::Uncaught(how) => Judgement::Violation(how),
        Crash::Unclear(reason) => Judgement::Inconclusive(reason),
        Crash::No if odd.all(|call| is_recovered(one, call)) => Judgement::Pass,
        Crash::No => no_success(one),
    }
}

/// Whether a response is complete and should have a JSON body, but does not.
fn is_malformed_json(call: &Exchange) -> bool {
    let Some(answer) = call.response().filter(|answer| answer.message.whole) else {
        return false;
    };
    let bodiless = call.request.method == "HEAD" || matches!(answer.status, 204 | 300..400);
    let message = &answer.message;
    // A long body is not recorded completely.
    let length = message.header("content-length");
    let length = length.and_then(|length| length.parse().ok());
    let is_kept = length.is_none_or(|length: usize| length == message.body.len());
    !bodiless && is_kept && message.header("content-encoding").is_none() && message.json().is_none()
}

/// Whether a response has such a body, or an error with a success status, so that it cannot be the requested result.
fn is_odd(call: &Exchange) -> bool {
    let (Some(status), Some(answer)) = (call.status(), call.response()) else {
        return false;
    };
    let body = answer.message.body.trim_ascii();
    match status {
        200..300 if is_malformed_json(call) => {
            let is_empty = body.is_empty() && call.request.method != "DELETE";
            is_empty || body.starts_with(b"<")
        }
        200..300 => {
            let json = answer.message.json();
            json.is_some_and(|json| json["code"].is_string() && json["message"].is_string())
        }
        400.. => is_malformed_json(call),
        _ => false,
    }
}

/// Whether a later request made up for a failed one. A permanent error cannot be made up for; if the request may have been
/// executed, reading the result is enough.
fn is_recovered(one: &TrialRecord, call: &Exchange) -> bool {
    let is_final = call
        .status()
        .is_some_and(|status| (400..500).contains(&status));
    let mut later = one.trace.api().filter(|other| other.at() > call.at());
    is_final
        || later.any(|other| {
            let looks = call.request.method != "GET" && other.request.method == "GET";
            let succeeds = other.status().is_some_and(|status| status < 300);
            (other.repeats(call) || looks) && succeeds && !is_odd(other)
        })
}

/// Exercised if every request got an error that is neither about the key nor about the rate limit.
pub(super) fn status_decides(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut calls = one.trace.api().peekable();
    let is_error = |call: &Exchange| {
        let status = call.status();
        status.is_some_and(|status| status >= 400 && !matches!(status, 401 | 403 | 418 | 429))
    };
    if one.scenario.yaml.is_none() || calls.peek().is_none() || !calls.all(is_error) {
        return Judgement::NotExercised;
    }
    no_success(one)
}
