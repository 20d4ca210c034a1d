//! Judges exchanges one after the other.

use std::sync::Arc;

use schemas::{Operation, operations};

use super::{
    Finding, Options, TrafficError, TrafficResult,
    base::{self, Base},
    credential::{self, Credential},
    drift::{DriftDetector, KnownDrift},
    known_keys::{Added, KnownKeys},
    left_out::LeftOut,
    recorded::{RecordedExchange, Recording},
    requests::{self, QueryValidators, RuleViolation},
    responses,
    rules::{Identity, Traces},
    table,
    url_keys::UrlKeys,
};
use crate::{
    contract::Contract,
    finding::{
        count,
        memory::{MAX_PARSED, parsed_size},
        redaction::Secrets,
    },
    report::model::Side,
};

/// Maximum number of malformed entries in warnings.
const MAX_MALFORMED_NAMED: usize = 20;
/// Maximum length of a warning, in bytes.
const MAX_WARNING: usize = 400;

/// Why a recording without bodies does not pass.
const NO_BODIES: &str =
    "no body of a response was recorded, so no response was judged in full; record bodies";

/// Whether a rule was followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// It was followed.
    Kept,
    /// It was violated.
    Broken,
}

impl Outcome {
    pub(super) fn passed_if(is_valid: bool) -> Self {
        if is_valid { Self::Kept } else { Self::Broken }
    }
}

/// The judge, and its results so far.
#[derive(Debug)]
pub(super) struct Judge {
    contract: Contract,
    queries: QueryValidators,
    secrets: Arc<Secrets>,
    base: Option<Base>,
    traces: Traces,
    url_keys: UrlKeys,
    drift_detector: DriftDetector,
    known_drift: KnownDrift,
    result: TrafficResult,
    /// Keys to mask in texts.
    keys: KnownKeys,
    /// Findings about the current exchange.
    findings: Vec<Finding>,
    /// What the recording lacks.
    warnings: Vec<String>,
    /// Number of bodies with too many values.
    oversized: usize,
    /// Whether exchanges were left out, although they could have been judged.
    has_left_out: bool,
}

impl Judge {
    /// Judges requests under a base URL; without a base URL, it judges no requests.
    pub(super) fn new(options: &Options, base: Option<Base>) -> Result<Self, TrafficError> {
        let secrets = Arc::new(Secrets::default());
        let baseline = options.baseline.clone();
        Ok(Self {
            contract: Contract::load(options.strict)?,
            queries: QueryValidators::new(),
            result: TrafficResult::new(options.strict, baseline, Arc::clone(&secrets)),
            secrets,
            base,
            traces: Traces::default(),
            url_keys: UrlKeys::default(),
            drift_detector: DriftDetector::default(),
            known_drift: options.known_drift.clone(),
            keys: KnownKeys::default(),
            findings: Vec::new(),
            warnings: Vec::new(),
            oversized: 0,
            has_left_out: false,
        })
    }

    /// Records what a recording lacks, and what is skipped although it could have been judged.
    pub(super) fn begin(&mut self, recording: &Recording) {
        let Recording {
            exchanges,
            unreadable,
            made_by_browser,
            missing_files,
        } = recording;
        self.result.counts.unreadable = unreadable.len();
        self.result.counts.others += made_by_browser;
        let named = unreadable.iter().take(MAX_MALFORMED_NAMED);
        let named = named.map(|entry| format!("{} is unreadable: {}", entry.place, entry.reason));
        self.warnings.extend(named);
        if unreadable.len() > MAX_MALFORMED_NAMED {
            let more = unreadable.len() - MAX_MALFORMED_NAMED;
            self.warnings
                .push(format!("further unreadable entries: {more}"));
        }
        if *missing_files > 0 {
            self.warnings.push(format!(
                "bodies in files that cannot be read: {missing_files}; keep the files beside the archive"
            ));
        }
        for (base, count) in base::other_bases(self.base.as_ref(), exchanges) {
            self.warnings.push(format!(
                "requests to {base} that match operations and are left out: {count}; --base-url {base} judges them"
            ));
        }
    }

    /// Adds warnings about what could not be judged.
    pub(super) fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }

    /// Judges an exchange.
    pub(super) fn judge(&mut self, mut exchange: RecordedExchange) -> Vec<Finding> {
        // A key leaks through any URL, whatever its host.
        self.url_keys.note(&exchange);
        let path = self
            .base
            .as_ref()
            .and_then(|base| base.path_of(&exchange.url));
        let Some(path) = path.map(ToOwned::to_owned) else {
            self.result.counts.others += 1;
            return Vec::new();
        };
        self.oversized += exchange.leave_out_bodies(|body| parsed_size(body) > MAX_PARSED);
        self.result.counts.exchanges += 1;
        let Some(identity) = self.identity(&exchange) else {
            self.url_keys.note_unknown_key();
            self.traces.left_out += 1;
            return Vec::new();
        };
        match operations::find(&exchange.method, &path) {
            None => self.unknown_operation(&exchange, &path),
            Some(operation) => {
                self.result
                    .count_outcome(Side::Client, table::OPERATION, None, Outcome::Kept);
                self.request(operation, &exchange);
                self.response(operation, &path, &exchange);
                self.drift_detector
                    .note(&self.contract, operation, &exchange);
            }
        }
        self.traces.note(identity, exchange);
        std::mem::take(&mut self.findings)
    }

    /// The key of a request; from now on, it is masked. `None` if it cannot be, or an earlier one could not.
    fn identity(&mut self, exchange: &RecordedExchange) -> Option<Identity> {
        if self.keys.is_exceeded() {
            self.keys.leave_out();
            return None;
        }
        let credential = credential::from_exchange(exchange);
        self.result.counts.redacted += usize::from(credential.is_redacted());
        let key = match credential {
            Credential::Full(key) | Credential::Masked(key) => key,
            Credential::Absent => return Some(Identity::Key(String::new())),
            Credential::Redacted => return Some(Identity::Unknown),
        };
        match self.hide(key) {
            Added::Rejected => None,
            Added::New | Added::Already => Some(Identity::Key(key.to_owned())),
        }
    }

    /// Masks a key from now on, if it can be.
    fn hide(&mut self, key: &str) -> Added {
        let added = self.keys.add(key);
        if added == Added::New {
            self.secrets.add(key);
            self.url_keys.note_key(key);
        }
        added
    }

    /// Records exchanges with the API that are not judged. Rules about several requests can then fail, but not pass.
    pub(super) fn leave_out(&mut self, left_out: LeftOut) {
        let LeftOut { exchanges, keys } = left_out;
        if exchanges == 0 {
            return;
        }
        self.has_left_out = true;
        self.result.counts.exchanges += exchanges;
        self.traces.left_out += exchanges;
        self.url_keys.note_unknown_key();
        for key in keys.iter() {
            self.hide(key);
        }
        if keys.is_exceeded() {
            self.keys.leave_out();
        }
    }

    /// A request without an operation. The contract does not cover `HEAD` and `OPTIONS`.
    fn unknown_operation(&mut self, exchange: &RecordedExchange, path: &str) {
        if matches!(exchange.method.as_str(), "HEAD" | "OPTIONS") {
            return;
        }
        let message = format!("the contract has no {} {path}", exchange.method);
        let violation = RuleViolation::new(table::OPERATION, "path", message);
        self.result
            .count_outcome(Side::Client, table::OPERATION, None, Outcome::Broken);
        self.record(Side::Client, None, &exchange.place, &violation);
    }

    fn request(&mut self, operation: &'static Operation, exchange: &RecordedExchange) {
        let credential = credential::from_exchange(exchange);
        let judged = [
            self.queries.judge(operation, exchange),
            requests::body(&self.contract, operation, exchange),
            credential::judge(exchange, &credential),
            credential::judge_presence(exchange, &credential),
        ];
        let mut is_valid = true;
        for result in judged.into_iter().flatten() {
            let outcome = Outcome::passed_if(result.broken.is_empty());
            is_valid &= outcome == Outcome::Kept;
            self.result
                .count_outcome(Side::Client, result.id, Some(operation), outcome);
            for violation in result.broken {
                self.record(Side::Client, Some(operation), &exchange.place, &violation);
            }
        }
        self.result
            .counts
            .requests
            .add(Outcome::passed_if(is_valid));
    }

    fn response(&mut self, operation: &'static Operation, path: &str, exchange: &RecordedExchange) {
        let Some(response) = &exchange.answer else {
            self.result.counts.unanswered += 1;
            return;
        };
        let judged = responses::judge(&self.contract, (operation, path), exchange, response);
        if !judged.in_full {
            self.result.counts.without_body += 1;
        }
        self.result.has_bodies |= judged.in_full && response.has_body();
        for (id, violation) in judged
            .rules
            .into_iter()
            .chain(credential::judge_rejection(exchange))
        {
            let outcome = Outcome::passed_if(violation.is_none());
            if id == table::ANSWER {
                self.result.counts.answers.add(outcome);
            }
            self.result
                .count_outcome(Side::Server, id, Some(operation), outcome);
            if let Some(violation) = violation {
                self.record(Side::Server, Some(operation), &exchange.place, &violation);
            }
        }
    }

    fn record(
        &mut self,
        side: Side,
        operation: Option<&Operation>,
        place: &str,
        violation: &RuleViolation,
    ) {
        let finding = self.result.record(side, operation, place, violation);
        self.findings.push(finding);
    }

    /// Judges the rules that concern several requests.
    pub(super) fn end(&mut self) -> TrafficResult {
        let traces = std::mem::take(&mut self.traces);
        self.result.counts.left_out = traces.left_out;
        let url_keys = std::mem::take(&mut self.url_keys);
        for verdict in traces.judge().into_iter().chain(url_keys.judge()) {
            let outcome = verdict.outcome();
            self.result.counts.rules.add(outcome);
            self.result
                .count_outcome(Side::Client, verdict.id, None, outcome);
            if let Some(violation) = verdict.broken {
                self.record(Side::Client, None, "the whole recording", &violation);
            }
        }
        if self.result.counts.redacted > 0 {
            self.warnings
                .push(redaction_warning(self.result.counts.redacted));
        }
        if self.result.lacks_bodies() {
            self.warnings.push(NO_BODIES.to_owned());
        }
        if self.oversized > 0 {
            self.warnings.push(oversized_warning(self.oversized));
        }
        self.warnings.extend(self.keys.warning());
        self.result.is_partial = self.has_left_out || self.keys.is_exceeded();
        let warnings = self.warnings.iter();
        let warnings = warnings.map(|warning| self.secrets.redact(warning).truncated(MAX_WARNING));
        self.result.counts.warnings = warnings.collect();
        self.result.conclude();
        let drift_detector = std::mem::take(&mut self.drift_detector);
        self.result.drift = drift_detector.end(&self.secrets, &self.known_drift);
        std::mem::take(&mut self.result)
    }
}

fn oversized_warning(oversized: usize) -> String {
    let (bodies, max) = (count(oversized, "body"), MAX_PARSED / 1024 / 1024);
    format!("{bodies} not judged: more than {max} MiB as JSON values")
}

fn redaction_warning(count: usize) -> String {
    format!(
        "requests with a redacted credential: {count}; {} is not judged for them, nor are the rules that need to know \
         which of them have the same key",
        table::CREDENTIAL
    )
}
