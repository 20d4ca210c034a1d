//! Where the key may be sent, and how to react to a 401 or 403.

use std::{collections::BTreeSet, time::Duration};

use url::Url;

use super::{
    Judgement, Trials, http::failed_unlike_control, millis, order::Later, retries::attempts,
};
use crate::{
    clients::{
        trace::{Exchange, Origin},
        trial_record::TrialRecord,
    },
    finding::count,
};

/// How long a program may take to notice a new key.
const NOTICED: Duration = Duration::from_secs(5);
/// Maximum number of other paths that a program may try after a missing scope.
const MAX_PROBES: usize = 3;

pub(super) fn one_bearer(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut with_key = one
        .trace
        .api()
        .filter(|call| call.request.message.header("authorization").is_some())
        .peekable();
    if with_key.peek().is_none() {
        return Judgement::NotExercised;
    }
    let wrong = with_key.find_map(|call| {
        let values: Vec<_> = call
            .request
            .message
            .headers_named("authorization")
            .collect();
        let [value] = &values[..] else {
            return Some(format!("{} Authorization headers", values.len()));
        };
        let text = String::from_utf8_lossy(value);
        let (scheme, token) = text.split_once(' ').unwrap_or((&text, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Some("another scheme, or none".to_owned());
        }
        (!one.keys().any(|key| key == token)).then(|| "a token other than the given key".to_owned())
    });
    wrong.into()
}

pub(super) fn not_to_another_host(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    not_sent_to(one, Origin::OtherHost)
}

pub(super) fn not_to_another_port(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    not_sent_to(one, Origin::OtherPort)
}

/// Exercised by a redirect to this destination.
fn not_sent_to(one: &TrialRecord, origin: Origin) -> Judgement {
    if !one
        .trace
        .api()
        .any(|call| redirect_target(call) == Some(origin))
    {
        return Judgement::NotExercised;
    }
    leaked_to(one, origin).into()
}

/// Where a request to this destination contained the key, if one did.
pub(super) fn leaked_to(one: &TrialRecord, origin: Origin) -> Option<String> {
    let mut there = one.trace.off_target().filter(|call| call.origin == origin);
    let leaked = there.find_map(|call| {
        let mut headers = call.request.message.headers.iter();
        let in_header = headers
            .find(|(_, value)| one.holds(value))
            .map(|(name, _)| name.to_ascii_lowercase());
        let in_target = one.holds(call.request.target.as_bytes());
        in_header.or(in_target.then(|| "URL".to_owned()))
    });
    leaked.map(|place| format!("the key was sent to {}, in its {place}", origin.label()))
}

/// The other destination that a response redirects to.
fn redirect_target(call: &Exchange) -> Option<Origin> {
    foreign_origin(call, call.response()?.message.header("location")?)
}

/// The destination of a URL in a response, if it differs from that of the request.
pub(super) fn foreign_origin(call: &Exchange, url: &str) -> Option<Origin> {
    let to = Url::parse(url).ok()?;
    let here = format!("http://{}", call.request.message.header("host")?);
    let here = Url::parse(&here).ok()?;
    if to.host() != here.host() {
        return Some(Origin::OtherHost);
    }
    let other_port = to.port_or_known_default() != here.port_or_known_default();
    other_port.then_some(Origin::OtherPort)
}

pub(super) fn never_without_key(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut calls = one
        .trace
        .api()
        .filter(|call| call.request.method != "OPTIONS")
        .peekable();
    if calls.peek().is_none() {
        return Judgement::NotExercised;
    }
    let without = calls.find(|call| call.request.message.header("authorization").is_none());
    without
        .map(|call| {
            format!(
                "{} {} was sent without a key",
                call.request.method,
                call.path()
            )
        })
        .into()
}

pub(super) fn unauthorized_is_final(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    is_final(one, 401)
}

pub(super) fn forbidden_is_final(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    is_final(one, 403)
}

fn is_final(one: &TrialRecord, status: u16) -> Judgement {
    let (mut judgement, mut unclear) = (Judgement::NotExercised, false);
    let tries = attempts(one);
    let refused = tries.iter().flat_map(|tries| {
        let refused = tries.iter().filter(|call| call.status() == Some(status));
        refused.map(move |call| (*call, tries))
    });
    for (refused, tries) in refused {
        let tries = tries.iter().copied();
        let same: Vec<_> = tries.filter(|call| one.same_key(call, refused)).collect();
        let later = Later::new(one, refused, &same);
        if let (Some(again), Some(told)) = (later.after.first(), refused.head_received_at()) {
            return Judgement::Violation(format!(
                "{} {} was repeated {} after its {status}",
                refused.request.method,
                refused.path(),
                millis(again.started_at().saturating_sub(told))
            ));
        }
        unclear |= !later.unclear.is_empty();
        judgement = Judgement::Pass;
    }
    if unclear {
        Judgement::NotExercised
    } else {
        judgement
    }
}

pub(super) fn stops_when_revoked(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let success = |call: &&Exchange| call.status().is_some_and(|status| status < 300);
    let worked = one.trace.api().filter(success);
    let Some(worked) = worked.filter_map(Exchange::head_received_at).min() else {
        return Judgement::NotExercised;
    };
    let refused = one.trace.api().filter(|call| {
        call.status() == Some(401) && call.head_received_at().is_some_and(|told| told >= worked)
    });
    let mut refused: Vec<_> = refused.collect();
    refused.sort_by_key(|call| call.head_received_at());
    // The first rejection of each key: a program that signs in has another access token after each refresh.
    let mut first: Vec<&Exchange> = Vec::new();
    for call in refused {
        if !first.iter().any(|known| one.same_key(known, call)) {
            first.push(call);
        }
    }
    let (mut judgement, mut unclear) = (Judgement::NotExercised, false);
    for refused in first {
        let same = one.trace.api().filter(|call| one.same_key(call, refused));
        let later = Later::new(one, refused, &same.collect::<Vec<_>>());
        if !later.after.is_empty() {
            let more = count(later.after.len(), "more request");
            let seen = format!("{more} with the key after its first 401");
            return Judgement::Violation(seen);
        }
        unclear |= !later.unclear.is_empty();
        judgement = Judgement::Pass;
    }
    if unclear {
        Judgement::NotExercised
    } else {
        judgement
    }
}

pub(super) fn rereads_key(one: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let Some(rotation) = &one.rotation else {
        return Judgement::NotExercised;
    };
    let took_it = one.trace.api().any(|call| one.has_new_key(call));
    if !took_it && !rotation.reads_key_file {
        return Judgement::NotExercised;
    }
    let mut old = one.trace.api().filter(|call| !one.has_new_key(call));
    if let Some(late) = old.find(|call| call.at() > rotation.at + NOTICED) {
        let after = millis(late.at().saturating_sub(rotation.at));
        return Judgement::Violation(format!(
            "the old key was used {after} after the new one was written to the file"
        ));
    }
    if failed_unlike_control(one, trials) {
        return Judgement::Violation("it failed, but not without a key rotation".to_owned());
    }
    if took_it {
        Judgement::Pass
    } else {
        // It ended before it had to notice the new key.
        Judgement::NotExercised
    }
}

pub(super) fn does_not_probe(one: &TrialRecord, _: Trials<'_>) -> Judgement {
    let refused = one.trace.api().find(|call| call.status() == Some(403));
    let Some((refused, answered)) = refused.and_then(|call| Some((call, call.completed_at()?)))
    else {
        return Judgement::NotExercised;
    };
    let later = one.trace.api().filter(|call| call.at() > answered);
    let others: BTreeSet<_> = later
        .map(Exchange::path)
        .filter(|path| *path != refused.path())
        .collect();
    (others.len() > MAX_PROBES)
        .then(|| {
            format!(
                "{} other paths were requested after the first 403",
                others.len()
            )
        })
        .into()
}
