//! Why passes of a program prove nothing: it failed in the control scenario.

use super::{
    CONTROL,
    credential::Credential,
    is_unsupported, printed,
    process::{Output, Termination},
    trace::Origin,
    trial_record::TrialRecord,
};
use crate::finding::{RunFailure, RunFailureKind, redaction::Secrets};

/// Maximum number of lines of a program's output in the report.
const LINES: usize = 20;
/// Number of bytes of the output to search: enough for long lines, and few enough to be searched for secrets.
const MAX_BYTES: usize = 16 * 1024;

/// The reason for requests over HTTP/2.
const HTTP2: &str = "it uses HTTP/2 with prior knowledge, which is not supported; use HTTP/1.1";

/// Why passes of a program prove nothing.
#[derive(Clone, Debug)]
pub(super) struct ControlFailure {
    /// Its kind in the reports.
    kind: RunFailureKind,
    /// Whether none of its requests can be judged, so that the run ends there.
    pub ends: bool,
    /// The reason, as a sentence.
    pub reason: String,
    /// The end of the program's output.
    output: String,
}

impl ControlFailure {
    /// A reason that does not depend on the program's output.
    pub(super) fn new(reason: &str) -> Self {
        Self {
            kind: RunFailureKind::ControlFailed,
            ends: false,
            reason: reason.to_owned(),
            output: String::new(),
        }
    }

    /// A program that was started elsewhere sent no request that can be judged.
    pub(super) fn no_requests(trial: &TrialRecord) -> Self {
        let ends = true;
        match unreadable(trial) {
            Some(reason) => Self {
                ends,
                ..Self::new(reason)
            },
            None => Self {
                kind: RunFailureKind::SentNothing,
                ends,
                ..Self::new(&format!("no request was sent to {}", trial.base_url))
            },
        }
    }

    /// Why a program failed in the control scenario, if it did.
    pub(super) fn detect(all: &[TrialRecord]) -> Option<Self> {
        let Some(control) = all.iter().find(|trial| trial.scenario.name == CONTROL) else {
            return Some(Self::new("the control scenario did not run"));
        };
        let ended = control.output.as_ref().and_then(failed);
        let mut reasons = Vec::new();
        let ends = nothing_to_judge(control);
        let sent_nothing = ends && unreadable(control).is_none();
        if sent_nothing {
            let url = &control.base_url;
            let variable = match control.credential {
                Credential::Key(_) => "OPENPROSPECT_API_URL",
                Credential::Grant(_) => "OPENPROSPECT_OAUTH_ISSUER",
            };
            reasons.push(format!(
                "it sent no request to {url}; does it read {variable}?"
            ));
            reasons.push(control.output.as_ref().map_or(String::new(), end));
        } else {
            reasons.extend(no_success(control).map(ToOwned::to_owned));
            reasons.extend(
                ended.map(|ended| format!("it ended with {ended} in the control scenario")),
            );
        }
        let output = control.output.as_ref().map(last_lines);
        (!reasons.is_empty()).then(|| Self {
            kind: if sent_nothing {
                RunFailureKind::SentNothing
            } else {
                RunFailureKind::ControlFailed
            },
            ends,
            reason: reasons.join(if sent_nothing { " " } else { "; " }),
            output: output.unwrap_or_default(),
        })
    }

    /// Converts it for the reports.
    pub(super) fn problem(&self, secrets: &Secrets) -> RunFailure {
        let mut message = secrets.redact(&self.reason).to_string();
        let output = secrets.redact(&self.output);
        let lines: Vec<_> = output.lines().collect();
        if let [.., _] = &*lines {
            message += "; the end of its output:\n";
            message += &lines[lines.len().saturating_sub(LINES)..].join("\n");
        }
        RunFailure {
            kind: self.kind,
            message,
        }
    }
}

/// Whether a program made no request that can be judged, neither to the API nor to the authorization server.
pub(super) fn nothing_to_judge(trial: &TrialRecord) -> bool {
    let mut all = trial.trace.exchanges.iter();
    !all.any(|exchange| matches!(exchange.origin, Origin::Api | Origin::AuthorizationServer))
}

/// Why some of a program's requests cannot be judged, if so.
pub(super) fn unreadable(trial: &TrialRecord) -> Option<&'static str> {
    let connections = &trial.trace.connections;
    if connections.iter().any(|connection| connection.is_http2) {
        Some(HTTP2)
    } else if connections.iter().any(|connection| connection.unreadable) {
        Some("it does not send HTTP/1.1")
    } else {
        None
    }
}

/// Why nothing proves that its requests are correct.
fn no_success(control: &TrialRecord) -> Option<&'static str> {
    let mut exchanges = control.trace.api();
    let succeeds = exchanges.any(|exchange| exchange.status().is_some_and(|status| status < 300));
    if is_unsupported(control) {
        Some("it does not support the control scenario")
    } else {
        match unreadable(control) {
            Some(HTTP2) => Some(HTTP2),
            _ if succeeds => None,
            Some(reason) => Some(reason),
            None => Some("none of its requests succeeds in the control scenario"),
        }
    }
}

/// How a program ended, if it did not succeed.
fn failed(output: &Output) -> Option<String> {
    match output.termination {
        Termination::Exited(status) if !status.success() => Some(status.to_string()),
        Termination::Exited(_)
        | Termination::Sigterm(_)
        | Termination::Sigkill
        | Termination::MemoryLimit => None,
    }
}

/// How a program ended.
fn end(output: &Output) -> String {
    match output.termination {
        Termination::Exited(status) => format!("It ended with {status}"),
        Termination::Sigterm(_) | Termination::Sigkill => {
            "It did not exit and was stopped".to_owned()
        }
        Termination::MemoryLimit => "It used too much memory and was stopped".to_owned(),
    }
}

/// The end of a program's output, standard error last.
fn last_lines(output: &Output) -> String {
    let printed = [&*output.stdout, b"\n", &*output.stderr].concat();
    let end = &printed[printed.len().saturating_sub(MAX_BYTES)..];
    printed::lines(end).join("\n")
}
