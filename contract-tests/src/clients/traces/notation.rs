//! Reads the notation of traces.

use std::time::Duration;

use super::super::{
    credential::Credential,
    example::{exited, get, trial_with},
    process::Output,
    scenarios,
    trace::{Exchange, Message, Origin, Outcome, Response},
    trial_record::TrialRecord,
    wiretap::CloseKind,
};

/// What `KEY` stands for.
const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxtraces";
/// What `LIVE-KEY` stands for.
const LIVE_KEY: &str = "lnc_live_FullAccessxxxxxxxxxxxxxxxxtraces";
/// The address of the sandbox.
const IP: &str = "127.0.0.1";
/// The headers of a request, unless it names them itself.
const HEADERS: [(&str, &str); 3] = [
    ("Host", "127.0.0.1:8000"),
    ("User-Agent", "client/1.0"),
    ("Authorization", "Bearer KEY"),
];

/// The trial with this trace.
pub(super) fn read(trace: &[&str], scenario: &str) -> TrialRecord {
    let exchanges: Vec<_> = trace.iter().filter_map(|line| exchange(line)).collect();
    let lost = exchanges
        .iter()
        .filter(|one| matches!(one.outcome, Outcome::None));
    let lost: Vec<_> = lost.map(|one| (one.connection, one.at())).collect();
    let mut trial = trial_with(Credential::Key(KEY.to_owned()), exchanges);
    for (connection, at) in lost {
        trial.trace.connections[connection].server_end = Some((at, CloseKind::Reset));
    }
    trial.scenario = scenarios::find(scenario).expect("a known scenario");
    trial.output = output(trace);
    // The machine is as precise as the trace.
    trial.lateness = Some(Duration::ZERO);
    trial
}

/// What the program printed, and how it ended, if the trace says so.
fn output(trace: &[&str]) -> Option<Output> {
    let after = |begin| trace.iter().find_map(move |line| line.strip_prefix(begin));
    let status = after("exits with ")?.parse().expect("an exit status");
    Some(Output {
        stderr: with_keys(after("prints ").unwrap_or_default()).into_bytes(),
        ..exited(status)
    })
}

/// A text with the keys that it names.
fn with_keys(text: &str) -> String {
    text.replace("LIVE-KEY", LIVE_KEY).replace("KEY", KEY)
}

/// The request on a line, if there is one. Its response comes at once.
fn exchange(line: &str) -> Option<Exchange> {
    let (seconds, rest) = line.split_once(" s  ")?;
    let at = Duration::from_secs_f64(seconds.parse().expect("a time in seconds"));
    let at_ms = u64::try_from(at.as_millis()).expect("a short trace");
    let (request, outcome) = rest.split_once(" -> ").expect("an outcome");
    let mut parts = request.split("; ");
    let request_line = parts.next().and_then(|line| line.split_once(' '));
    let (method, target) = request_line.expect("a method and a target");
    let mut exchange = get(at_ms, &with_keys(target), 0, None);
    exchange.request.method = method.to_owned();
    exchange.origin = origin(target);
    let message = exchange.request.message.clone();
    exchange.outcome = outcome_of(outcome, message);
    for (name, value) in HEADERS {
        if !request.contains(&format!("; no {name}")) && !request.contains(&format!("; {name}: ")) {
            add(&mut exchange.request.message, &format!("{name}: {value}"));
        }
    }
    for part in parts.filter(|part| !part.starts_with("no ")) {
        match part.strip_prefix("connection ") {
            Some(number) => exchange.connection = number.parse().expect("a connection"),
            None => add(&mut exchange.request.message, part),
        }
    }
    Some(exchange)
}

/// Where a request goes: a target with a host goes elsewhere.
fn origin(target: &str) -> Origin {
    match target.strip_prefix("http://") {
        None => Origin::Api,
        Some(rest) if rest.starts_with(IP) => Origin::OtherPort,
        Some(_) => Origin::OtherHost,
    }
}

/// Adds a header or the body to a message.
fn add(message: &mut Message, part: &str) {
    if part.starts_with(['{', '<']) {
        message.body = part.as_bytes().to_vec();
    } else {
        let (name, value) = part.split_once(": ").expect("a header or a body");
        let header = (name.to_owned(), with_keys(value).into_bytes());
        message.headers.push(header);
    }
}

/// The outcome, with a response at the time of this message.
fn outcome_of(outcome: &str, message: Message) -> Outcome {
    if outcome == "connection reset" {
        return Outcome::None;
    }
    let mut parts = outcome.split("; ");
    let status = parts.next().and_then(|status| status.parse().ok());
    let mut response = Response {
        status: status.expect("a status"),
        message,
        ..Response::default()
    };
    for part in parts {
        if part == "cut off" {
            response.message.whole = false;
        } else if let Some(status) = part.strip_prefix("after ") {
            let status = status.parse().expect("an informational status");
            response.informational.push(status);
        } else {
            add(&mut response.message, part);
        }
    }
    Outcome::Response(response)
}
