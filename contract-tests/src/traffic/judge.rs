//! Takes exchanges one after the other, and says what is wrong with each.

use std::{collections::HashSet, sync::Arc};

use schemas::{API_PREFIX, Operation, operations};
use url::Url;

use super::{
    Finding, Options, Side, Traffic, TrafficError, answers,
    drift::{Known, Sentinel},
    recorded::Recorded,
    requests::{self, Broken, Queries},
    rules::{MAX_KEYS, Traces},
    table,
};
use crate::{secrets::Secrets, validate::Contract};

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
}

/// Where the API is.
#[derive(Debug)]
struct Base {
    origin: url::Origin,
    path: String,
}

impl Base {
    fn new(base: &Url) -> Self {
        Self {
            origin: base.origin(),
            path: base.path().trim_end_matches('/').to_owned(),
        }
    }

    /// What stands behind it in a URL that is of the API.
    fn path_of<'a>(&self, url: &'a Url) -> Option<&'a str> {
        let path = url.path().strip_prefix(&self.path)?;
        let inside = path.is_empty() || path.starts_with('/');
        (inside && url.origin() == self.origin).then_some(path)
    }
}

impl Judge {
    pub(super) fn new(options: &Options) -> Result<Self, TrafficError> {
        let secrets = Arc::new(Secrets::default());
        let baseline = options.baseline.clone();
        Ok(Self {
            contract: Contract::load(options.strict)?,
            queries: Queries::new(),
            found: Traffic::new(options.strict, baseline, Arc::clone(&secrets)),
            secrets,
            base: options.base.as_ref().map(Base::new),
            traces: Traces::default(),
            sentinel: Sentinel::default(),
            known_drift: options.known_drift.clone(),
            keys: HashSet::new(),
            told: Vec::new(),
        })
    }

    /// Judges an exchange.
    pub(super) fn note(&mut self, exchange: Recorded) -> Vec<Finding> {
        if self.base.is_none() {
            self.base = base_in(&exchange);
        }
        let path = self
            .base
            .as_ref()
            .and_then(|base| base.path_of(&exchange.url));
        let Some(path) = path.map(ToOwned::to_owned) else {
            self.found.passed.others += 1;
            return Vec::new();
        };
        let key = key_of(&exchange);
        if self.keys.len() < MAX_KEYS && self.keys.insert(key.clone()) {
            self.secrets.add(&key);
        }
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
        self.traces.note(&key, exchange);
        std::mem::take(&mut self.told)
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
            requests::credential(exchange),
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
        let judged = answers::judge(&self.contract, operation, exchange, answer);
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
        self.found.conclude();
        let sentinel = std::mem::take(&mut self.sentinel);
        self.found.drift = sentinel.end(&self.secrets, &self.known_drift);
        std::mem::take(&mut self.found)
    }
}

/// The base URL of the API, as the first call of an operation tells it.
fn base_in(exchange: &Recorded) -> Option<Base> {
    let path = exchange.url.path().strip_prefix(API_PREFIX)?;
    operations::find(&exchange.method, path)?;
    Some(Base {
        origin: exchange.url.origin(),
        path: API_PREFIX.to_owned(),
    })
}

/// The key that a call shows; empty where it shows none.
fn key_of(exchange: &Recorded) -> String {
    let shown = exchange.request.all("authorization").next();
    let token = shown.map(|value| value.split_once(' ').map_or(value, |(_, token)| token));
    let key = exchange.key.as_deref().or(token);
    key.unwrap_or_default().to_owned()
}
