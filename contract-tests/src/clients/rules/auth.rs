//! Where the key may be sent, and how to react to a 401 or 403.

use std::{collections::BTreeSet, time::Duration};

use url::Url;

use super::{
    Judgement, Trials, cycles::Cycles, failure::how_it_failed, http::failed_unlike_control, millis,
    oauth::refresh, order::Order, retries::attempts, stopped,
};
use crate::{
    clients::{
        process::Termination,
        trace::{Exchange, Origin},
        trial_record::TrialRecord,
    },
    finding::count,
};

/// How long a program may take to notice a new key.
const NOTICED: Duration = Duration::from_secs(5);
/// By which factor a program sends a request more often than where nothing fails if it repeats it: workers that send the same one
/// at once do not hide that.
const MORE: usize = 2;
/// Maximum number of other paths that a program may try after a missing scope.
const MAX_PROBES: usize = 3;

pub(super) fn one_bearer(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut with_key = trial
        .trace
        .api()
        .filter(|exchange| exchange.request.message.header("authorization").is_some())
        .peekable();
    if with_key.peek().is_none() {
        return Judgement::NotExercised;
    }
    let wrong = with_key.find_map(|exchange| {
        let values: Vec<_> = exchange
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
        (!trial.keys().any(|key| key == token))
            .then(|| "a token other than the given key".to_owned())
    });
    wrong.into()
}

pub(super) fn not_to_another_host(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    not_sent_to(trial, Origin::OtherHost)
}

pub(super) fn not_to_another_port(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    not_sent_to(trial, Origin::OtherPort)
}

/// Exercised by a redirect to this destination.
fn not_sent_to(trial: &TrialRecord, origin: Origin) -> Judgement {
    if !trial
        .trace
        .api()
        .any(|exchange| redirect_target(exchange) == Some(origin))
    {
        return Judgement::NotExercised;
    }
    leaked_to(trial, origin).into()
}

/// Where a request to this destination contained the key, if one did.
pub(super) fn leaked_to(trial: &TrialRecord, origin: Origin) -> Option<String> {
    let mut there = trial
        .trace
        .off_target()
        .filter(|exchange| exchange.origin == origin);
    let leaked = there.find_map(|exchange| {
        let mut headers = exchange.request.message.headers.iter();
        let in_header = headers
            .find(|(_, value)| trial.holds(value))
            .map(|(name, _)| name.to_ascii_lowercase());
        let in_target = trial.holds(exchange.request.target.as_bytes());
        in_header.or(in_target.then(|| "URL".to_owned()))
    });
    leaked.map(|place| format!("the key was sent to {}, in its {place}", origin.label()))
}

/// The other destination that a response redirects to.
fn redirect_target(exchange: &Exchange) -> Option<Origin> {
    foreign_origin(exchange, exchange.response()?.message.header("location")?)
}

/// The destination of a URL in a response, if it differs from that of the request.
pub(super) fn foreign_origin(exchange: &Exchange, url: &str) -> Option<Origin> {
    let to = Url::parse(url).ok()?;
    let here = format!("http://{}", exchange.request.message.header("host")?);
    let here = Url::parse(&here).ok()?;
    if to.host() != here.host() {
        return Some(Origin::OtherHost);
    }
    let other_port = to.port_or_known_default() != here.port_or_known_default();
    other_port.then_some(Origin::OtherPort)
}

pub(super) fn never_without_key(trial: &TrialRecord, _: Trials<'_>) -> Judgement {
    let mut exchanges = trial
        .trace
        .api()
        .filter(|exchange| exchange.request.method != "OPTIONS")
        .peekable();
    if exchanges.peek().is_none() {
        return Judgement::NotExercised;
    }
    let without =
        exchanges.find(|exchange| exchange.request.message.header("authorization").is_none());
    without
        .map(|exchange| {
            format!(
                "{} {} was sent without a key",
                exchange.request.method,
                exchange.path()
            )
        })
        .into()
}

pub(super) fn unauthorized_is_final(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    is_final(trial, trials, 401)
}

pub(super) fn forbidden_is_final(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    is_final(trial, trials, 403)
}

fn is_final(trial: &TrialRecord, trials: Trials<'_>, status: u16) -> Judgement {
    let order = Order::of(trial, trials);
    let (cycles, is_countable) = (Cycles::of(trial, trials), ends_by_itself(trials));
    let (mut judgement, mut unclear, mut stopped) = (Judgement::NotExercised, false, None);
    let attempts = attempts(trial);
    let refused = attempts.iter().flat_map(|attempts| {
        let refused = attempts
            .iter()
            .filter(|exchange| exchange.status() == Some(status));
        refused.map(move |exchange| (*exchange, attempts))
    });
    for (refused, attempts) in refused {
        let has_other_key = |exchange: &&Exchange| {
            exchange.at() > refused.at() && !trial.same_key(exchange, refused)
        };
        if !attempts.iter().any(has_other_key) {
            stopped = stopped.or_else(|| stopped::may_have_waited(trial, refused));
        }
        let attempts = attempts.iter().copied();
        let same = attempts.filter(|exchange| trial.same_key(exchange, refused));
        let sent = same.clone().count();
        let later = order.later(refused, same);
        if let (Some(again), Some(received_at)) = (later.after.first(), refused.head_received_at())
        {
            return Judgement::Violation(format!(
                "{} {} was repeated {} after its {status}",
                refused.request.method,
                refused.path(),
                millis(again.started_at().saturating_sub(received_at))
            ));
        }
        let usual = cycles.count_in_control(refused);
        if is_countable
            && !later.unclear.is_empty()
            && usual > 0
            && sent >= usual * MORE
            && !cycles.has_interval(refused)
        {
            return Judgement::Violation(format!(
                "{} {} was sent {}, and {} in the control scenario, although it returned {status}",
                refused.request.method,
                refused.path(),
                count(sent, "time"),
                count(usual, "time"),
            ));
        }
        unclear |= !later.unclear.is_empty();
        judgement = Judgement::Pass;
    }
    match stopped {
        _ if unclear => Judgement::NotExercised,
        Some(reason) => Judgement::Inconclusive(reason),
        None => judgement,
    }
}

/// Whether a program exits when nothing fails, so that the number of its requests does not depend on how long it runs.
fn ends_by_itself(trials: Trials<'_>) -> bool {
    let control = trials.control().and_then(|control| control.output.as_ref());
    control.is_some_and(|output| matches!(output.termination, Termination::Exited(_)))
}

pub(super) fn stops_when_revoked(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let order = Order::of(trial, trials);
    let success = |exchange: &&Exchange| exchange.status().is_some_and(|status| status < 300);
    let worked = trial.trace.api().filter(success);
    let Some(worked) = worked.filter_map(Exchange::head_received_at).min() else {
        return Judgement::NotExercised;
    };
    let refused = trial.trace.api().filter(|exchange| {
        exchange.status() == Some(401)
            && exchange
                .head_received_at()
                .is_some_and(|received_at| received_at >= worked)
    });
    let mut refused: Vec<_> = refused.collect();
    refused.sort_by_key(|exchange| exchange.head_received_at());
    // The first rejection of each key: a program that signs in has another access token after each refresh.
    let mut first: Vec<&Exchange> = Vec::new();
    for exchange in refused {
        if !first.iter().any(|known| trial.same_key(known, exchange)) {
            first.push(exchange);
        }
    }
    let (mut judgement, mut unclear) = (Judgement::NotExercised, false);
    for refused in first {
        let same = trial
            .trace
            .api()
            .filter(|exchange| trial.same_key(exchange, refused));
        let known = refresh::end_of_renewal(trial, refused).unwrap_or(refused);
        let later = order.later(known, same);
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

pub(super) fn rereads_key(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let Some(rotation) = &trial.rotation else {
        return Judgement::NotExercised;
    };
    let took_it = trial
        .trace
        .api()
        .any(|exchange| trial.has_new_key(exchange));
    if !took_it && !rotation.reads_key_file {
        return Judgement::NotExercised;
    }
    let mut old = trial
        .trace
        .api()
        .filter(|exchange| !trial.has_new_key(exchange));
    if let Some(late) = old.find(|exchange| exchange.at() > rotation.at + NOTICED) {
        let after = millis(late.at().saturating_sub(rotation.at));
        return Judgement::Violation(format!(
            "the old key was used {after} after the new one was written to the file"
        ));
    }
    if failed_unlike_control(trial, trials) {
        return Judgement::Violation(how_it_failed(trial, "without a key rotation"));
    }
    if took_it {
        Judgement::Pass
    } else {
        // It ended before it had to notice the new key.
        Judgement::NotExercised
    }
}

pub(super) fn does_not_probe(trial: &TrialRecord, trials: Trials<'_>) -> Judgement {
    let refused = trial
        .trace
        .api()
        .find(|exchange| exchange.status() == Some(403));
    let Some(refused) = refused else {
        return Judgement::NotExercised;
    };
    let later = Order::of(trial, trials).later(refused, trial.trace.api());
    let others = |exchanges: &[&Exchange]| {
        let paths = exchanges.iter().map(|exchange| exchange.path());
        let others: BTreeSet<_> = paths.filter(|path| *path != refused.path()).collect();
        others.len()
    };
    let (tried, unclear) = (others(&later.after), others(&later.unclear));
    if tried > MAX_PROBES {
        return Judgement::Violation(format!(
            "{tried} other paths were requested after the first 403"
        ));
    }
    if tried + unclear > MAX_PROBES {
        Judgement::NotExercised
    } else {
        Judgement::Pass
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::example::{exited, get, judged, took, trial, trials};

    /// Requests for different lists, each on its own connection, and each a little later than the one before: a success, and
    /// then this status.
    fn burst(gap_ms: u64, status: u16) -> TrialRecord {
        let exchanges = (0..7).map(|number: u64| Exchange {
            connection: usize::try_from(number).unwrap(),
            ..get(
                number * gap_ms,
                &format!("/list-{number}"),
                if number == 0 { 200 } else { status },
                None,
            )
        });
        trial(exchanges.collect())
    }

    #[test]
    fn burst_that_meets_a_rejection_is_neither_a_use_of_a_revoked_key_nor_a_probe() {
        let revoked = |gap_ms| judged(stops_when_revoked, &burst(gap_ms, 401));
        assert_eq!(revoked(1), Judgement::NotExercised);
        assert!(matches!(revoked(200), Judgement::Violation(_)));
        let probes = |gap_ms| judged(does_not_probe, &burst(gap_ms, 403));
        assert_eq!(probes(1), Judgement::NotExercised);
        assert!(matches!(probes(200), Judgement::Violation(_)));
    }

    /// Requests for the same list by workers that start at once, each as often as this and as fast as it can.
    fn workers(number: usize, times: u64, status: u16) -> TrialRecord {
        let exchanges = (0..times).flat_map(|time| {
            (0..number).map(move |connection| Exchange {
                connection,
                ..took(5, time * 6, "/list", status, None)
            })
        });
        TrialRecord {
            output: Some(exited(i32::from(status != 200))),
            ..trial(exchanges.collect())
        }
    }

    #[test]
    fn workers_that_send_the_same_request_do_not_hide_that_each_repeats_it() {
        let judge = |trial: &TrialRecord, control| unauthorized_is_final(trial, trials(&[control]));
        let once = || workers(8, 1, 200);
        assert_eq!(
            judge(&workers(8, 4, 401), once()),
            Judgement::Violation(
                "GET /list was sent 32 times, and 8 times in the control scenario, although it returned 401"
                    .to_owned()
            )
        );
        assert_eq!(judge(&workers(8, 1, 401), once()), Judgement::Pass);
        // They may share what one of them has read, and start one after the other.
        let few = judge(&workers(4, 2, 401), workers(5, 1, 200));
        assert_eq!(few, Judgement::NotExercised);
        let endless = TrialRecord {
            output: None,
            ..once()
        };
        assert_eq!(judge(&workers(8, 4, 401), endless), Judgement::NotExercised);
    }
}
