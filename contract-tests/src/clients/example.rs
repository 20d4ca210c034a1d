//! Made-up requests, for the tests of rules.

use std::{os::unix::process::ExitStatusExt, process::ExitStatus, time::Duration};

use super::{
    Options,
    credential::Credential,
    process::{Output, Termination},
    rules::{Judgement, Trials},
    scenarios::{self, CONTROL},
    trace::{Connection, Exchange, Message, Origin, Outcome, Request, Response, Trace},
    trial_record::TrialRecord,
};

/// A GET at this time, with an immediate response.
pub(crate) fn get(at_ms: u64, target: &str, status: u16, retry_after: Option<&str>) -> Exchange {
    took(0, at_ms, target, status, retry_after)
}

/// A GET at this time, with a response after `ms` milliseconds.
pub(crate) fn took(
    ms: u64,
    at_ms: u64,
    target: &str,
    status: u16,
    retry_after: Option<&str>,
) -> Exchange {
    let message = |at_ms, headers| {
        let at = Duration::from_millis(at_ms);
        Message {
            headers,
            started_at: at,
            head_at: at,
            ended_at: at,
            whole: true,
            ..Message::default()
        }
    };
    let wait = retry_after.map(|wait| ("Retry-After".to_owned(), wait.as_bytes().to_vec()));
    Exchange {
        origin: Origin::Api,
        connection: 0,
        open_from: Duration::from_millis(at_ms),
        request: Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            message: message(at_ms, Vec::new()),
        },
        outcome: Outcome::Response(Response {
            status,
            message: message(at_ms + ms, wait.into_iter().collect()),
            ..Response::default()
        }),
    }
}

/// A trial with these requests, on the connections that they name.
pub(crate) fn trial(exchanges: Vec<Exchange>) -> TrialRecord {
    trial_with(Credential::Key("lnc_test_key".to_owned()), exchanges)
}

/// The same, for a program with this credential.
pub(crate) fn trial_with(credential: Credential, mut exchanges: Vec<Exchange>) -> TrialRecord {
    exchanges.sort_by_key(Exchange::at);
    let last = exchanges.iter().map(|exchange| exchange.connection).max();
    let connection = Connection {
        client_end: None,
        server_end: None,
        unreadable: false,
        is_http2: false,
        sent: 0,
    };
    let connections = vec![connection; last.unwrap_or_default() + 1];
    let trace = Trace {
        connections,
        exchanges,
    };
    TrialRecord::new(scenarios::find(CONTROL).unwrap(), credential, trace)
}

/// A program that ended with a status and printed nothing.
pub(crate) fn exited(status: i32) -> Output {
    Output::without_streams(Termination::Exited(ExitStatus::from_raw(status << 8)))
}

/// These trials, with the default limits.
pub(crate) fn trials(all: &[TrialRecord]) -> Trials<'_> {
    let Options {
        limits,
        max_attempts,
        max_memory,
        ..
    } = Options::default();
    Trials {
        all,
        elsewhere: &[],
        limits,
        max_attempts,
        max_memory,
    }
}

/// The judgement of a rule about a single trial.
pub(crate) fn judged(
    rule: fn(&TrialRecord, Trials<'_>) -> Judgement,
    trial: &TrialRecord,
) -> Judgement {
    rule(trial, trials(&[]))
}
