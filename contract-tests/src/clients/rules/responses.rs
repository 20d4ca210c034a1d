//! What is taken for a success, and what is not.

use super::{Judgement, Trials};
use crate::clients::{
    crash::Crash,
    process::Ended,
    trace::{Answer, Exchange},
    trial::Evidence,
};

/// Whether a program ended as one whose work is done; none, where that cannot be told.
fn succeeded(one: &Evidence) -> Option<bool> {
    match one.output.as_ref()?.ended {
        Ended::Itself(status) => Some(status.success()),
        Ended::Asked(_) | Ended::Killed | Ended::TooLarge => None,
    }
}

/// Judges a trial in which no call could succeed. An exception that nobody caught is no success; whether it is a crash, other
/// rules ask.
fn no_success(one: &Evidence) -> Judgement {
    if let Crash::Aborted(how) = Crash::of(one.output.as_ref()) {
        return Judgement::Broken(how);
    }
    match succeeded(one) {
        Some(true) => Judgement::Broken("it ended as if its work were done".to_owned()),
        Some(false) => Judgement::Kept,
        None => Judgement::Unclear("it did not end by itself".to_owned()),
    }
}

fn under(one: &Evidence, names: &[&str]) -> bool {
    names.contains(&one.scenario.name) && one.trace.api().next().is_some()
}

/// What changes nothing lets the same calls be made with the same success as where all went well.
fn as_in_control(one: &Evidence, trials: Trials<'_>, names: &[&str]) -> Judgement {
    let control = trials.control();
    let (Some(control), true) = (control, under(one, names)) else {
        return Judgement::NotArmed;
    };
    let failed = succeeded(control) == Some(true) && succeeded(one) == Some(false);
    match Crash::of(one.output.as_ref()) {
        Crash::Aborted(how) | Crash::Uncaught(how) => Judgement::Broken(how),
        _ if failed => {
            Judgement::Broken("it failed, and where all went well it did not".to_owned())
        }
        Crash::Unclear(reason) => Judgement::Unclear(reason),
        Crash::No => Judgement::Kept,
    }
}

pub(super) fn tolerates_extra_fields(one: &Evidence, trials: Trials<'_>) -> Judgement {
    as_in_control(one, trials, &["extra-fields"])
}

pub(super) fn tolerates_unknown_words(one: &Evidence, trials: Trials<'_>) -> Judgement {
    let listed = under(one, &["unknown-enum"])
        && one.trace.api().any(|call| {
            call.response().is_some_and(|answer| {
                let mut windows = answer.message.body.windows(7);
                windows.any(|text| text == b"ON_HOLD")
            })
        });
    if !listed {
        return Judgement::NotArmed;
    }
    as_in_control(one, trials, &["unknown-enum"])
}

pub(super) fn tolerates_missing_fields(one: &Evidence, trials: Trials<'_>) -> Judgement {
    as_in_control(one, trials, &["optional-missing", "optional-null"])
}

pub(super) fn decodes_what_it_asks_for(one: &Evidence, trials: Trials<'_>) -> Judgement {
    let is_gzip = |call: &&Exchange| {
        let answer = call.response().map(|answer| &answer.message);
        answer.is_some_and(|answer| answer.header("content-encoding") == Some("gzip"))
    };
    let mut compressed = one.trace.api().filter(is_gzip).peekable();
    // Who has not asked for it need not understand it.
    if compressed.peek().is_some() && compressed.all(accepts_gzip) {
        as_in_control(one, trials, &["gzip"])
    } else {
        Judgement::NotArmed
    }
}

/// Whether a request says that its response may be in gzip.
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

pub(super) fn unknown_status_is_no_success(one: &Evidence, _: Trials<'_>) -> Judgement {
    if under(one, &["teapot"]) {
        no_success(one)
    } else {
        Judgement::NotArmed
    }
}

pub(super) fn cut_is_no_success(one: &Evidence, _: Trials<'_>) -> Judgement {
    match one.scenario.name {
        "truncated" if under(one, &["truncated"]) => no_success(one),
        "cut-body" => {
            let cut = |call: &&Exchange| match &call.answer {
                Answer::Response(answer) => !answer.message.whole,
                Answer::Garbage | Answer::None => false,
            };
            let Some(call) = one.trace.api().find(cut) else {
                return Judgement::NotArmed;
            };
            let again = one.trace.api().any(|other| {
                other.at() > call.at() && other.repeats(call) && other.status() == Some(200)
            });
            if again {
                Judgement::Kept
            } else {
                no_success(one)
            }
        }
        _ => Judgement::NotArmed,
    }
}

pub(super) fn odd_bodies_are_errors(one: &Evidence, _: Trials<'_>) -> Judgement {
    let to_every_call = under(one, &["empty-200", "html-200", "error-200"]);
    if !to_every_call && !one.trace.api().any(is_no_json) {
        return Judgement::NotArmed;
    }
    match Crash::of(one.output.as_ref()) {
        Crash::Aborted(how) | Crash::Uncaught(how) => Judgement::Broken(how),
        Crash::Unclear(reason) => Judgement::Unclear(reason),
        Crash::No if to_every_call => no_success(one),
        Crash::No => Judgement::Kept,
    }
}

/// Whether the answer to a call is whole, should have a body of JSON, and has none.
fn is_no_json(call: &Exchange) -> bool {
    let Some(answer) = call.response().filter(|answer| answer.message.whole) else {
        return false;
    };
    let bodiless = call.request.method == "HEAD" || matches!(answer.status, 204 | 300..400);
    let message = &answer.message;
    // Of a long one, not all is kept.
    let length = message.header("content-length");
    let length = length.and_then(|length| length.parse().ok());
    let is_kept = length.is_none_or(|length: usize| length == message.body.len());
    !bodiless && is_kept && message.header("content-encoding").is_none() && message.json().is_none()
}

pub(super) fn status_decides(one: &Evidence, _: Trials<'_>) -> Judgement {
    if under(
        one,
        &[
            "internal-error",
            "unavailable-forever",
            "not-found",
            "invalid",
        ],
    ) {
        no_success(one)
    } else {
        Judgement::NotArmed
    }
}
