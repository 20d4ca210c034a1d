//! Ids that a client sends back in a path.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Judgement, Trials};
use crate::clients::{trace::Exchange, trial_record::TrialRecord};

pub(super) fn are_encoded(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    round_trip(trial, "odd-id")
}

pub(super) fn large_numbers_survive(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    round_trip(trial, "large-id")
}

/// Whether the first request for a created order contains its id.
fn round_trip(trial: &TrialRecord, scenario: &str) -> Judgement {
    let created = trial
        .trace
        .api()
        .find_map(|exchange| Some((created_id(exchange)?, exchange.completed_at()?)));
    let Some((id, answered)) = created.filter(|_| trial.scenario.name == scenario) else {
        return Judgement::NotExercised;
    };
    let mut later = trial
        .trace
        .api()
        .filter(|exchange| exchange.at() >= answered);
    let target = later.find_map(|exchange| {
        let target = exchange.request.target.strip_prefix(schemas::API_PREFIX)?;
        target
            .strip_prefix("/orders/")
            .filter(|rest| !rest.is_empty())
    });
    let Some(target) = target else {
        return Judgement::NotExercised;
    };
    let part = target.strip_suffix('/').unwrap_or(target);
    let same = !part.contains(['/', '?', '#']) && percent_decode_str(part).eq(id.bytes());
    (!same)
        .then(|| format!("/orders/{target} for the order with the id {id}"))
        .into()
}

/// The id of the object that a request created.
pub(super) fn created_id(exchange: &Exchange) -> Option<String> {
    let success = exchange.request.method == "POST" && matches!(exchange.status(), Some(200..=299));
    match exchange.response().filter(|_| success)?.message.json()?["id"].take() {
        Value::String(id) => Some(id),
        Value::Number(id) => Some(id.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The path of the object that a request created.
pub(super) fn created_path(exchange: &Exchange) -> Option<String> {
    let list = exchange.path().trim_end_matches('/');
    Some(format!("{list}/{}", created_id(exchange)?))
}
