//! The report as data: the source of every format and of the JSON Schema.

mod coverage;
mod drift;
mod entry;
mod exchange;
mod part;
mod traffic;
mod trial;

use std::{borrow::Cow, path::PathBuf};

use schemars::{JsonSchema, generate::SchemaSettings};
use schemas::Evidence;
use serde::{Deserialize, Serialize};
use strum::{Display, VariantArray};

pub use self::{
    coverage::{Coverage, Fault, ObservedReading, Position, RuleCoverage, SweepResult},
    drift::{Difference, Drift, DriftKind, Rank},
    entry::{Entry, Occurrences},
    exchange::{ExchangeView, RequestView, ResponseView},
    part::Part,
    traffic::{JudgedCount, Side, TrafficCounts},
    trial::{Score, Trial, TrialRequest},
};
pub(crate) use self::{entry::truncated, trial::API};
use crate::finding::{Level, RunFailure, RunVerdict, SeenCount, Verdict, redaction::Redacted};

/// Text of the judge itself: a constant, or a copy in a parsed report.
pub type Text = Cow<'static, str>;

/// A run of the judge: what was checked, the results, and which responses of the contract were seen.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields, title = "Report of contract-tests")]
pub struct Report {
    /// Always `contract-tests`.
    pub tool: Text,
    /// The version of contract-tests.
    pub version: Text,
    /// What was judged.
    pub mode: Mode,
    /// The base URL of the server, the command line of the client, or the file of the recording.
    pub target: Redacted,
    /// A description of the server, of how the client was tried, or of what was recorded.
    pub about: Redacted,
    /// The seed of generated requests, data and faults; `null` where nothing is random.
    pub seed: Option<u64>,
    /// Whether assumed behaviour fails as well, and fields that are not in the contract; for a client, whether
    /// rules that say SHOULD fail.
    pub strict: bool,
    /// The part of the scenarios that this is a report of, where several machines share them; `null` for a whole run.
    pub shard: Option<Part>,
    /// The verdict on the run.
    pub verdict: RunVerdict,
    /// The exit code of the process.
    pub exit_code: u8,
    /// How many entries of `checks` have each verdict.
    pub counts: Counts,
    /// What fails the run besides its findings.
    pub problems: Vec<RunFailure>,
    /// One entry for every check, or for every operation that it ran on; for a client, for every rule in every
    /// scenario that exercised it; for traffic, for every violation, and for every rule and operation without one.
    pub checks: Vec<Entry>,
    /// How many of the responses that the run can trigger were seen; for a client and for traffic, how many of
    /// the rules were exercised.
    pub seen: SeenCount,
    /// The responses of the contract, then others that were seen; empty for a client and for traffic.
    pub coverage: Vec<Coverage>,
    /// Which document the server follows where the documents contradict each other; empty for a client and for
    /// traffic.
    pub readings: Vec<ObservedReading>,
    /// The rules for clients or for traffic, with their results; empty for a server.
    pub rules: Vec<RuleCoverage>,
    /// What the client did under each scenario; empty for a server and for traffic.
    pub trials: Vec<Trial>,
    /// How economical the client was in all trials; `null` for a server and for traffic. It does not affect the
    /// verdict.
    pub score: Option<Score>,
    /// The result of injecting a fault at one request after the other; `null` without a sweep.
    pub sweep: Option<SweepResult>,
    /// What the judged traffic consists of; `null` for a server and a client.
    pub traffic: Option<TrafficCounts>,
    /// Where traffic differs from the contract; `null` for a server and a client. It does not affect the verdict.
    pub drift: Option<Drift>,
    /// All checks or rules for what was judged, in the order of their table.
    #[serde(skip)]
    pub catalog: Vec<Rule>,
    /// The file at which code-scanning tools show findings: from a judge below the current directory, for a format below the
    /// root of the repository.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

/// A check or a rule, as code-scanning tools list it.
#[derive(Debug)]
pub struct Rule {
    /// Its id.
    pub id: &'static str,
    /// The rule as a sentence.
    pub rule: &'static str,
    /// The page or the standard that requires it.
    pub source: &'static str,
    /// The evidence for a check of servers.
    pub evidence: Option<Evidence>,
    /// The level of a rule for clients.
    pub level: Option<Level>,
}

/// What was judged.
#[derive(Clone, Copy, Debug, Deserialize, Display, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Mode {
    /// A server.
    Provider,
    /// A client program.
    Client,
    /// Traffic that passed through the proxy.
    Proxy,
    /// An HTTP Archive.
    Har,
    /// The sandbox's journal.
    Journal,
}

/// How many findings have each verdict.
#[derive(Clone, Copy, Debug, Default, JsonSchema, Serialize, Deserialize)]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    /// Passed.
    pub pass: usize,
    /// Failed.
    pub fail: usize,
    /// Failed, and listed in the baseline.
    pub known: usize,
    /// Violated, but not a failure.
    pub warn: usize,
    /// An assumption does not hold.
    pub info: usize,
    /// Not checked.
    pub skip: usize,
    /// No result in this run.
    pub inconclusive: usize,
}

impl Report {
    /// Removes bodies, and values that may come from one.
    pub fn remove_bodies(&mut self) {
        self.checks.iter_mut().for_each(Entry::remove_bodies);
    }

    /// The entries that fail the run.
    pub fn failures(&self) -> Vec<(&Entry, Vec<&Entry>)> {
        self.grouped(Verdict::Fail)
    }

    /// The entries with a verdict, grouped by check, and in traffic also by place: the first entry, and the others.
    pub fn grouped(&self, verdict: Verdict) -> Vec<(&Entry, Vec<&Entry>)> {
        let mut groups: Vec<(&Entry, Vec<&Entry>)> = Vec::new();
        for entry in self.checks.iter().filter(|entry| entry.verdict == verdict) {
            match groups.iter_mut().find(|(first, _)| first.is_like(entry)) {
                Some((_, others)) => others.push(entry),
                None => groups.push((entry, Vec::new())),
            }
        }
        groups
    }

    /// The last line: the verdict and the counts.
    pub fn summary(&self) -> String {
        let counts = self.counts.summary();
        let verdict = if self.verdict == RunVerdict::NothingRan && !counts.is_empty() {
            // Requests may have been sent, in vain.
            "nothing was proven".to_owned()
        } else {
            self.verdict.to_string().replace('_', " ")
        };
        let separator = if counts.is_empty() { "" } else { ": " };
        format!(
            "{verdict}{separator}{counts} (exit code {})",
            self.exit_code
        )
    }
}

impl Counts {
    pub(crate) fn from_verdicts(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            counts.add(verdict);
        }
        counts
    }

    pub(crate) fn add(&mut self, verdict: Verdict) {
        *self.of_verdict(verdict) += 1;
    }

    pub(crate) fn all(self) -> usize {
        self.nonzero().map(|(_, count)| count).sum()
    }

    /// The counts as text, such as `3 pass, 1 fail`.
    pub(crate) fn summary(self) -> String {
        let words = self
            .nonzero()
            .map(|(verdict, count)| format!("{count} {}", verdict.to_string().to_lowercase()));
        words.collect::<Vec<_>>().join(", ")
    }

    fn of_verdict(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Known => &mut self.known,
            Verdict::Warn => &mut self.warn,
            Verdict::Info => &mut self.info,
            Verdict::Skip => &mut self.skip,
            Verdict::Inconclusive => &mut self.inconclusive,
        }
    }

    /// The count of a verdict.
    pub fn get(mut self, verdict: Verdict) -> usize {
        *self.of_verdict(verdict)
    }

    /// Verdicts with at least one finding.
    pub fn nonzero(self) -> impl Iterator<Item = (Verdict, usize)> {
        let counts = Verdict::VARIANTS
            .iter()
            .map(move |verdict| (*verdict, self.get(*verdict)));
        counts.filter(|(_, count)| *count > 0)
    }
}

/// The JSON Schema of a report, as text.
///
/// # Panics
///
/// Never: a schema is JSON.
pub fn schema_text() -> String {
    schema_of::<Report>()
}

/// The JSON Schema of a JSON output, as text.
pub(crate) fn schema_of<T: JsonSchema>() -> String {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let schema = generator.into_root_schema_for::<T>();
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
