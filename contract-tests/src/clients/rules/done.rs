//! Whether what a request failed to do was done in the end: by another request, or as a later response shows.
//!
//! A read was done if the same was read. A write was done if it was repeated, with the same body or with one that is made anew
//! for each attempt: then only the control scenario says how many writes there have to be.

use std::{borrow::Cow, collections::HashSet};

use serde_json::Value;

use super::{Trials, http::operation_of, responses::succeeded};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

/// The parameters that choose a page of a list, not its rows.
const PAGE_PARAMETERS: [&str; 2] = ["limit", "offset"];

/// Whether something that failed was done in the end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Work {
    /// It was.
    Done,
    /// It was not.
    Undone,
    /// Nobody can tell.
    Unknown,
}

impl Work {
    pub(super) fn done_if(is_done: bool) -> Self {
        if is_done { Self::Done } else { Self::Undone }
    }
}

/// Whether what this request failed to do was done in the end.
pub(super) fn work_of(trial: &TrialRecord, trials: Trials<'_>, failed: &Exchange) -> Work {
    if !is_read(failed) {
        return written(trial, trials, failed);
    }
    let mut others = trial.trace.api();
    let is_done = others.any(|other| is_later_success(other, failed) && reads_all(other, failed));
    Work::done_if(is_done)
}

/// Whether a request only reads.
pub(super) fn is_read(exchange: &Exchange) -> bool {
    matches!(&*exchange.request.method, "GET" | "HEAD")
}

/// The control trial, if its program did all of its work: then it shows how many requests that takes.
pub(super) fn whole_control(trials: Trials<'_>) -> Option<&TrialRecord> {
    let control = trials.control();
    control.filter(|control| succeeded(control) == Some(true))
}

/// Whether two requests call the same operation, perhaps on different objects.
pub(super) fn same_operation(one: &Exchange, other: &Exchange) -> bool {
    let ids = [one, other].map(|exchange| operation_of(exchange).map(|operation| operation.id));
    one.request.method == other.request.method
        && (one.path() == other.path() || ids[0].is_some() && ids[0] == ids[1])
}

fn is_success(exchange: &Exchange) -> bool {
    exchange.status().is_some_and(|status| status < 400)
}

/// Whether a request succeeded after another was sent. It may have been under way already: a program may send a second request
/// when the first takes long.
fn is_later_success(other: &Exchange, failed: &Exchange) -> bool {
    let ends_later = other.completed_at().is_some_and(|end| end > failed.at());
    ends_later && is_success(other)
}

/// Whether a request reads all that another was to read, perhaps on other pages of the list, or with fewer filters.
fn reads_all(other: &Exchange, failed: &Exchange) -> bool {
    other.request.method == failed.request.method
        && other.path() == failed.path()
        && filters(other).is_subset(&filters(failed))
}

/// What chooses the rows of a list.
fn filters(exchange: &Exchange) -> HashSet<(Cow<'_, str>, Cow<'_, str>)> {
    let query = exchange.request.target.split_once('?');
    let query = query.map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| !PAGE_PARAMETERS.contains(&&**name))
        .collect()
}

/// Whether what a request failed to write was written in the end.
fn written(trial: &TrialRecord, trials: Trials<'_>, failed: &Exchange) -> Work {
    if is_shown(trial, failed) {
        return Work::Done;
    }
    let later = trial
        .trace
        .api()
        .filter(|other| is_later_success(other, failed) && same_operation(other, failed));
    let later: Vec<_> = later.collect();
    let is_repeated = later.iter().any(|other| other.repeats(failed));
    match (later.is_empty(), whole_control(trials)) {
        (true, _) => Work::Undone,
        (false, None) if is_repeated => Work::Done,
        (false, None) => Work::Unknown,
        (false, Some(control)) => written_as_in(control, trial, failed, &later),
    }
}

/// Whether as much was written as in the control scenario, in which nothing failed.
fn written_as_in(
    control: &TrialRecord,
    trial: &TrialRecord,
    failed: &Exchange,
    later: &[&Exchange],
) -> Work {
    let count = |trial: &TrialRecord, is_meant: fn(&Exchange, &Exchange) -> bool| {
        let all = trial.trace.api();
        all.filter(|other| is_success(other) && is_meant(other, failed))
            .count()
    };
    let is_fresh = |other: &&Exchange| !control.trace.api().any(|known| known.repeats(other));
    let expected = count(control, Exchange::repeats);
    if expected > 0 && count(trial, Exchange::repeats) >= expected {
        return Work::Done;
    }
    // Another attempt may have had another body.
    match (count(control, same_operation), count(trial, same_operation)) {
        (0, _) if later.iter().any(|other| other.repeats(failed)) => Work::Done,
        (0, _) => Work::Unknown,
        (expected, seen) if seen >= expected && later.iter().any(is_fresh) => Work::Done,
        _ => Work::Undone,
    }
}

/// Whether a later response shows that something was written: the list has an object that nobody has seen before, the object has
/// the new values, or it is gone.
fn is_shown(trial: &TrialRecord, failed: &Exchange) -> bool {
    let ended_at = trial.trace.ended_at(failed);
    let mut later = trial.trace.api().filter(|other| {
        ended_at.is_some_and(|ended_at| other.started_at() >= ended_at)
            && other.path() == failed.path()
    });
    let json = |other: &Exchange| {
        other
            .response()
            .and_then(|response| response.message.json())
    };
    let reads = later
        .clone()
        .filter(|other| is_read(other) && is_success(other));
    match &*failed.request.method {
        "POST" => {
            let known = known_before(trial, failed);
            reads.filter_map(json).any(|list| {
                let mut shown = HashSet::new();
                collect_ids(&list, &mut shown);
                !shown.is_subset(&known)
            })
        }
        "DELETE" => later.any(|other| matches!(other.status(), Some(404 | 410))),
        _ => failed.request.message.json().is_some_and(|new| {
            reads
                .filter_map(json)
                .any(|object| has_values(&object, &new))
        }),
    }
}

/// The ids of the objects that a program knew before a request failed, and of those that others of its requests have created.
fn known_before(trial: &TrialRecord, failed: &Exchange) -> HashSet<String> {
    let mut known = HashSet::new();
    let all = trial.trace.api();
    for other in all.filter(|other| !is_read(other) || other.at() < failed.at()) {
        let body = other
            .response()
            .and_then(|response| response.message.json());
        collect_ids(&body.unwrap_or_default(), &mut known);
    }
    known
}

/// Collects the ids of all objects in a body.
pub(super) fn collect_ids(body: &Value, ids: &mut HashSet<String>) {
    match body {
        Value::Object(fields) => {
            match fields.get("id") {
                Some(Value::String(id)) => drop(ids.insert(id.clone())),
                Some(Value::Number(id)) => drop(ids.insert(id.to_string())),
                _ => {}
            }
            fields.values().for_each(|value| collect_ids(value, ids));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_ids(value, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether an object has all values of another.
fn has_values(object: &Value, new: &Value) -> bool {
    let new = new.as_object();
    new.is_some_and(|new| {
        new.iter()
            .all(|(name, value)| object.get(name) == Some(value))
    })
}
