//! Takes exchanges one after the other, and says what is wrong with each.

use std::{collections::HashSet, sync::Arc};

use schemas::{Operation, operations};

use super::{
    Finding, Options, Traffic, TrafficError,
    base::{self, Base},
    credential::{self, Credential},
    drift::{Known, Sentinel},
    recorded::{Recorded, Recording},
    requests::{self, Broken, Queries},
    responses,
    rules::{Identity, MAX_KEYS, Traces},
    table,
};
use crate::{contract::Contract, finding::redaction::Secrets, report::model::Side};

/// Entries that are named of those that are unreadable.
const MAX_NAMED: usize = 20;
/// Bytes of a warning.
const MAX_WARNING: usize = 400;

/// What came of something that was judged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tally {
    /// It is as it should be.
    Kept,
    /// It is not.
    Broken,
}

impl Tally {
    pub(super) fn of(right: bool) -> Self {
        if right { Self::Kept } else { Self::Broken }
    }
}

/// The judge, and what it has found so far.
#[derive(Debug)]
pub(super) struct Judge {
    contract: Contract,
    queries: Queries,
    secrets: Arc<Secrets>,
    base: Option<Base>,
    traces: Traces,
    sentinel: Sentinel,
    known_drift: Known,
    found: Traffic,
    /// Keys that are hidden.
    keys: HashSet<String>,
    /// What is wrong with the exchange that is looked at.
    told: Vec<Finding>,
    /// What a recording lacks.
    warnings: Vec<String>,
}

impl Judge {
    /// A judge of what goes to an API; where that is not known, nothing does.
    pub(super) fn new(options: &Options, base: Option<Base>) -> Result<Self, TrafficError> {
        let secrets = Arc::new(Secrets::default());
        let baseline = options.baseline.clone();
        Ok(Self {
            contract: Contract::load(options.strict)?,
            queries: Queries::new(),
            found: Traffic::new(options.strict, baseline, Arc::clone(&secrets)),
            secrets,
            base,
            traces: Traces::default(),
            sentinel: Sentinel::default(),
            known_drift: options.known_drift.clone(),
            keys: HashSet::new(),
            told: Vec::new(),
            warnings: Vec::new(),
        })
    }

    /// Takes note of what a recording lacks, and of what will be left out though it would have been judged.
    pub(super) fn begin(&mut self, recording: &Recording) {
        let Recording {
            exchanges,
            unreadable,
            made_by_browser,
            missing_files,
        } = recording;
        self.found.passed.unreadable = unreadable.len();
        self.found.passed.others += made_by_browser;
        let named = unreadable.iter().take(MAX_NAMED);
        let named = named.map(|one| format!("{} is unreadable: {}", one.place, one.why));
        self.warnings.extend(named);
        if unreadable.len() > MAX_NAMED {
            let more = unreadable.len() - MAX_NAMED;
            self.warnings
                .push(format!("{more} more entries are unreadable"));
        }
        if *missing_files > 0 {
            self.warnings.push(format!(
                "{missing_files} bodies are in files that cannot be read; keep them in the folder of the archive"
            ));
        }
        for (base, count) in base::missed(self.base.as_ref(), exchanges) {
            self.warnings.push(format!(
                "{count} requests to {base} are left out and would be operations; --base-url {base} judges those"
            ));
        }
    }

    /// Judges an exchange.
    pub(super) fn note(&mut self, exchange: Recorded) -> Vec<Finding> {
        let path = self
            .base
            .as_ref()
            .and_then(|base| base.path_of(&exchange.url));
        let Some(path) = path.map(ToOwned::to_owned) else {
            self.found.passed.others += 1;
            return Vec::new();
        };
        let identity = self.identity(&exchange);
        self.found.passed.exchanges += 1;
        match operations::find(&exchange.method, &path) {
            None => self.unknown(&exchange, &path),
            Some(operation) => {
                self.found
                    .tally(Side::Client, table::OPERATION, None, Tally::Kept);
                self.request(operation, &exchange);
                self.answer(operation, &exchange);
                self.sentinel.note(&self.contract, operation, &exchange);
            }
        }
        self.traces.note(identity, exchange);
        std::mem::take(&mut self.told)
    }

    /// Whose request it is; from now on, its key is a secret.
    fn identity(&mut self, exchange: &Recorded) -> Identity {
        let credential = credential::of(exchange);
        self.found.passed.redacted += usize::from(credential.is_redacted());
        match credential {
            Credential::Shown(key) | Credential::Masked(key) => {
                if self.keys.len() < MAX_KEYS && self.keys.insert(key.to_owned()) {
                    self.secrets.add(key);
                }
                Identity::Key(key.to_owned())
            }
            Credential::Absent => Identity::Key(String::new()),
            Credential::Redacted => Identity::Unknown,
        }
    }

    /// What nothing in the contract is for. `HEAD` and `OPTIONS` it does not speak of.
    fn unknown(&mut self, exchange: &Recorded, path: &str) {
        if matches!(exchange.method.as_str(), "HEAD" | "OPTIONS") {
            return;
        }
        let message = format!("the contract has no {} {path}", exchange.method);
        let broken = Broken::new(table::OPERATION, "path", message);
        self.found
            .tally(Side::Client, table::OPERATION, None, Tally::Broken);
        self.tell(Side::Client, None, &exchange.place, &broken);
    }

    fn request(&mut self, operation: &'static Operation, exchange: &Recorded) {
        let judged = [
            self.queries.judge(operation, exchange),
            requests::body(&self.contract, operation, exchange),
            credential::judge(exchange, &credential::of(exchange)),
        ];
        let mut right = true;
        for one in judged.into_iter().flatten() {
            let tally = Tally::of(one.broken.is_empty());
            right &= tally == Tally::Kept;
            self.found
                .tally(Side::Client, one.id, Some(operation), tally);
            for broken in one.broken {
                self.tell(Side::Client, Some(operation), &exchange.place, &broken);
            }
        }
        self.found.passed.requests.add(Tally::of(right));
    }

    fn answer(&mut self, operation: &'static Operation, exchange: &Recorded) {
        let Some(answer) = &exchange.answer else {
            self.found.passed.unanswered += 1;
            return;
        };
        let judged = responses::judge(&self.contract, operation, exchange, answer);
        if !judged.in_full {
            self.found.passed.without_body += 1;
        }
        for (id, broken) in judged.rules {
            let tally = Tally::of(broken.is_none());
            if id == table::ANSWER {
                self.found.passed.answers.add(tally);
            }
            self.found.tally(Side::Server, id, Some(operation), tally);
            if let Some(broken) = broken {
                self.tell(Side::Server, Some(operation), &exchange.place, &broken);
            }
        }
    }

    fn tell(&mut self, side: Side, operation: Option<&Operation>, place: &str, broken: &Broken) {
        let finding = self.found.tell(side, operation, place, broken);
        self.told.push(finding);
    }

    /// Judges what only shows when all is there.
    pub(super) fn end(&mut self) -> Traffic {
        let traces = std::mem::take(&mut self.traces);
        self.found.passed.left_out = traces.left_out;
        for verdict in traces.judge() {
            let tally = verdict.tally();
            self.found.passed.rules.add(tally);
            self.found.tally(Side::Client, verdict.id, None, tally);
            if let Some(broken) = verdict.broken {
                self.tell(Side::Client, None, "the whole recording", &broken);
            }
        }
        if self.found.passed.redacted > 0 {
            self.warnings
                .push(lost_to_redaction(self.found.passed.redacted));
        }
        let warnings = self.warnings.iter();
        let warnings = warnings.map(|warning| self.secrets.text(warning).cut(MAX_WARNING));
        self.found.passed.warnings = warnings.collect();
        self.found.conclude();
        let sentinel = std::mem::take(&mut self.sentinel);
        self.found.drift = sentinel.end(&self.secrets, &self.known_drift);
        std::mem::take(&mut self.found)
    }
}

fn lost_to_redaction(count: usize) -> String {
    format!(
        "{count} requests have a redacted credential; {} is not judged for them, nor what needs to know which of them \
         have the same key",
        table::CREDENTIAL
    )
}
